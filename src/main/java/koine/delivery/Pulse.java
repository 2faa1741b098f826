package koine.delivery;

import java.util.Optional;

/// Whether a connection's peer is there and takes what is sent: looked at with each beat of the server's clock,
/// by what has happened since the one before.
final class Pulse {

    private static final int SILENT_BEATS = 2;

    private final Outbox outbox;
    private final int slowBeats;
    private volatile long heard;

    // only with a beat
    private long heardBefore = -1;
    private long takenBefore = -1;
    private int silent;
    private int stuck;

    Pulse(Outbox outbox, DeliveryProperties properties) {
        this.outbox = outbox;
        this.slowBeats = Math.toIntExact(Math.max(1, properties.slowAfter().dividedBy(properties.heartbeat())));
    }

    /// May be called by one thread at a time, beside [#beat].
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void heard() {
        heard++;
    }

    /// Why the connection shall end; empty for one that is well.
    Optional<Ending> beat() {
        silent = heard == heardBefore ? silent + 1 : 0;
        heardBefore = heard;
        stuck = outbox.takenCount() == takenBefore && !outbox.isEmpty() ? stuck + 1 : 0;
        takenBefore = outbox.takenCount();
        if (stuck >= slowBeats) {
            return Optional.of(Ending.TOO_SLOW);
        }
        return silent >= SILENT_BEATS && stuck == 0 ? Optional.of(Ending.SILENT) : Optional.empty();
    }
}
