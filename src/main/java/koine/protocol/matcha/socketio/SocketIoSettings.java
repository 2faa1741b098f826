package koine.protocol.matcha.socketio;

import java.time.Duration;
import org.springframework.util.unit.DataSize;

/// @param heartbeat  how clients and server know of each other that they are there
/// @param limits     what a client may cost
/// @param joinWithin how long a session may be in no namespace
/// @param upgradeWithin how long the change from polling to WebSocket may take
public record SocketIoSettings(Heartbeats heartbeat, Limits limits, Duration joinWithin, Duration upgradeWithin) {

    /// What the public implementation has by default.
    public static final SocketIoSettings DEFAULT = new SocketIoSettings(
            new Heartbeats(Duration.ofSeconds(25), Duration.ofSeconds(20)),
            new Limits(DataSize.ofBytes(1_000_000), 1_024, DataSize.ofMegabytes(4), 16, 100_000, 500),
            Duration.ofSeconds(45),
            Duration.ofSeconds(10));

    /// @param interval from one ping to the next
    /// @param timeout  how long its answer may take
    public record Heartbeats(Duration interval, Duration timeout) {

        /// Without a sign of life for that long the other side is gone.
        Duration patience() {
            return interval.plus(timeout);
        }
    }

    /// @param maxPayload    the largest message, and the largest body of a request
    /// @param queuedPackets how many packets wait for one client before [NotSent.Why#FULL]
    /// @param queuedBytes   how many bytes of them
    /// @param eventsAtATime how many events of one client are carried out at a time; no further one is read
    /// @param maxSessions   how many sessions there may be; further handshakes get 503
    /// @param maxSessionsPerAddress how many of them from one address; further handshakes get 503
    public record Limits(
            DataSize maxPayload,
            int queuedPackets,
            DataSize queuedBytes,
            int eventsAtATime,
            int maxSessions,
            int maxSessionsPerAddress) {}
}
