package koine.protocol.matcha.socketio;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import koine.protocol.CloseCodes;
import koine.protocol.matcha.socketio.SocketIoSocket.Ended;
import org.springframework.web.reactive.socket.CloseStatus;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// One client's session of Engine.IO: it begins with polling or a WebSocket, may go over from the one to the
/// other, and ends once, for one reason.
final class EngineSession {

    /// How often a poll is answered while its client goes over to a WebSocket, so that it need not wait.
    private static final Duration RELEASE = Duration.ofMillis(50);

    /// How long what is queued when the server ends the session may take to be taken by a WebSocket.
    private static final Duration REST = Duration.ofSeconds(1);

    /// And by the next poll.
    private static final Duration LAST_POLL = Duration.ofSeconds(10);

    /// How long a peer that takes nothing is given to take the close frame.
    private static final Duration LAST_WORD = Duration.ofSeconds(1);

    private final String id;
    private final Handshake handshake;
    private final SocketIoSettings settings;
    private final Scheduler scheduler;
    private final Sessions sessions;
    private final PacketGuard guard;
    private final Outgoing outgoing;
    private final Heartbeat heartbeat;
    private final Disposable.Swap pollTimer = Disposables.swap();
    private final Disposable.Swap endTimer = Disposables.swap();
    private final SocketIoClient client;

    // guarded by this
    private Phase phase = Phase.OPEN;
    private Transport transport = Transport.POLLING;
    private boolean upgrading;
    private boolean posting;
    private CloseStatus closeStatus = CloseStatus.NORMAL;
    private Runnable cutOff = () -> {};

    EngineSession(
            String id,
            Handshake handshake,
            SocketIoSettings settings,
            Scheduler scheduler,
            Sessions sessions,
            PacketGuard guard,
            Function<EngineSession, SocketIoClient> client) {
        this.id = id;
        this.handshake = handshake;
        this.settings = settings;
        this.scheduler = scheduler;
        this.sessions = sessions;
        this.guard = guard;
        this.outgoing = new Outgoing(settings.limits());
        this.heartbeat = new Heartbeat(
                handshake.version(),
                settings.heartbeat(),
                scheduler,
                () -> outgoing.put(OutgoingPacket.PING),
                () -> end(Ended.SILENT, CloseCodes.SILENT));
        this.client = client.apply(this);
    }

    private enum Phase {
        OPEN,
        /// The server has ended it, and what is queued is still to be taken.
        FINISHING,
        ENDED
    }

    private enum Transport {
        POLLING,
        WEBSOCKET
    }

    String id() {
        return id;
    }

    Handshake handshake() {
        return handshake;
    }

    EngineVersion version() {
        return handshake.version();
    }

    Outgoing outgoing() {
        return outgoing;
    }

    SocketIoClient client() {
        return client;
    }

    /// With what a WebSocket is to be closed when nothing more is to be sent over it.
    synchronized CloseStatus closeStatus() {
        return closeStatus;
    }

    synchronized boolean isPolling() {
        return transport == Transport.POLLING;
    }

    /// Begins, by a poll that is answered by the handshake.
    void openPolling() {
        awaitPoll();
        open();
    }

    /// Begins, over a WebSocket that gets the packet first.
    ///
    /// @param drop ends the connection of a client that does not take its end
    void openSocket(FluxSink<OutgoingPacket> sink, Runnable drop, OutgoingPacket greeting) {
        synchronized (this) {
            transport = Transport.WEBSOCKET;
            cutOff = drop;
        }
        outgoing.put(greeting);
        open();
        outgoing.moveTo(sink);
    }

    private void open() {
        heartbeat.start();
        client.opened();
    }

    /// Gives what the next poll is to be answered with. A second one at the same time ends the session.
    ///
    /// Errors: [RequestRefused].
    Mono<Outgoing.Batch> poll() {
        return Mono.defer(() -> {
            if (outgoing.isPolled()) {
                end(Ended.BAD_PACKET, CloseStatus.PROTOCOL_ERROR);
                return Mono.error(EngineError.BAD_REQUEST.refusal());
            }
            if (isUpgrading()) {
                after(RELEASE, () -> outgoing.release(OutgoingPacket.NOOP));
            }
            return outgoing.poll();
        });
    }

    /// A poll has been answered, or has not been waited for.
    void polled() {
        if (outgoing.isEnded()) {
            end(Ended.DISCONNECTED, CloseStatus.NORMAL);
        } else {
            awaitPoll();
        }
    }

    /// False, and the session ends, if another body is being taken.
    boolean beginPost() {
        synchronized (this) {
            if (!posting) {
                posting = true;
                return true;
            }
        }
        end(Ended.BAD_PACKET, CloseStatus.PROTOCOL_ERROR);
        return false;
    }

    synchronized void endPost() {
        posting = false;
    }

    /// Whether a WebSocket may try to take over.
    synchronized boolean beginUpgrade() {
        var possible = phase == Phase.OPEN && transport == Transport.POLLING && !upgrading;
        upgrading = upgrading || possible;
        return possible;
    }

    /// The WebSocket has been tried, and a poll shall not keep its client waiting.
    void probed() {
        outgoing.release(OutgoingPacket.NOOP);
    }

    /// The WebSocket takes over. False if the session has ended, or a body is still being taken.
    ///
    /// @param drop ends the connection of a client that does not take its end
    boolean upgrade(FluxSink<OutgoingPacket> sink, Runnable drop) {
        synchronized (this) {
            if (phase == Phase.ENDED || posting) {
                return false;
            }
            upgrading = false;
            transport = Transport.WEBSOCKET;
            cutOff = drop;
        }
        pollTimer.dispose();
        outgoing.release(OutgoingPacket.NOOP);
        outgoing.moveTo(sink);
        return true;
    }

    void cancelUpgrade() {
        synchronized (this) {
            upgrading = false;
        }
        awaitPoll();
    }

    /// Takes a packet. Completes when the next one may be taken. One too many ends the session in good order.
    ///
    /// Errors: [BadPacket]; the session has ended then.
    Mono<Void> take(EnginePacket packet) {
        return Mono.defer(() -> {
                    heartbeat.heard();
                    if (!guard.admits()) {
                        client.disconnect(CloseCodes.FLOODING);
                        return Mono.empty();
                    }
                    return isOpen() || packet.type() == EnginePacket.Type.CLOSE ? takeNow(packet) : Mono.empty();
                })
                .doOnError(BadPacket.class, this::refuse);
    }

    private Mono<Void> takeNow(EnginePacket packet) {
        return switch (packet.type()) {
            case MESSAGE -> client.take(packet.data());
            case BINARY -> client.takeBinary();
            case CLOSE -> Mono.fromRunnable(() -> end(Ended.GONE, CloseStatus.NORMAL, OutgoingPacket.NOOP));
            case PING -> Mono.fromRunnable(this::pinged);
            case PONG -> Mono.fromRunnable(this::answered);
            case NOOP -> Mono.empty();
            case OPEN, UPGRADE -> Mono.error(new BadPacket("a packet out of place"));
        };
    }

    private void pinged() {
        switch (version()) {
            case V3 -> outgoing.pong();
            case V4 -> throw new BadPacket("the server pings, not the client");
        }
    }

    private void answered() {
        switch (version()) {
            case V3 -> throw new BadPacket("the client pings, not the server");
            case V4 -> heartbeat.answered();
        }
    }

    /// Ends the session because of what its client sent.
    void refuse(BadPacket bad) {
        end(Ended.BAD_PACKET, CloseStatus.PROTOCOL_ERROR.withReason(bad.why()));
    }

    /// Ends the session when what is queued has been taken.
    void finish(CloseStatus status) {
        synchronized (this) {
            if (phase != Phase.OPEN) {
                return;
            }
            phase = Phase.FINISHING;
            closeStatus = status;
        }
        heartbeat.stop();
        endTimer.update(after(isPolling() ? LAST_POLL : REST, () -> end(Ended.DISCONNECTED, status)));
        outgoing.finish();
    }

    /// Ends the session at once. Only the first reason counts.
    void end(Ended why, CloseStatus status) {
        end(why, status, OutgoingPacket.CLOSE);
    }

    private void end(Ended why, CloseStatus status, OutgoingPacket lastWord) {
        Runnable drop;
        synchronized (this) {
            drop = cutOff;
            if (phase == Phase.ENDED) {
                return;
            }
            closeStatus = phase == Phase.FINISHING ? closeStatus : status;
            phase = Phase.ENDED;
        }
        heartbeat.stop();
        pollTimer.dispose();
        endTimer.dispose();
        sessions.remove(this);
        outgoing.end(lastWord);
        after(LAST_WORD, drop);
        client.ended(why);
    }

    Disposable after(Duration delay, Runnable task) {
        return scheduler.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void awaitPoll() {
        pollTimer.update(after(settings.heartbeat().patience(), this::missPoll));
    }

    private void missPoll() {
        if (isPolling() && !isUpgrading() && !outgoing.isPolled()) {
            end(Ended.SILENT, CloseCodes.SILENT);
        }
    }

    private synchronized boolean isUpgrading() {
        return upgrading;
    }

    private synchronized boolean isOpen() {
        return phase == Phase.OPEN;
    }
}
