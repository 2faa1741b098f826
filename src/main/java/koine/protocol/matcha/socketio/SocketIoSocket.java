package koine.protocol.matcha.socketio;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import koine.protocol.matcha.socketio.NotSent.Why;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.web.reactive.socket.CloseStatus;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import tools.jackson.databind.JsonNode;

/// A client in a namespace. Safe for use by several threads.
public final class SocketIoSocket {

    /// How many events of a producer wait for the client at a time.
    private static final int WINDOW = 32;

    /// How many answers of the client are waited for at a time.
    private static final int MAX_CALLS = 256;

    private final String id;
    private final String namespace;
    private final EngineSession session;
    private final SocketPacketWriter writer;
    private final AtomicLong lastCall = new AtomicLong(-1);
    private final Map<Long, MonoSink<List<JsonNode>>> calls = new ConcurrentHashMap<>(0);
    private final Disposable.Swap running = Disposables.swap();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable SocketHandler handler;

    SocketIoSocket(String id, String namespace, EngineSession session, SocketPacketWriter writer) {
        this.id = id;
        this.namespace = namespace;
        this.session = session;
        this.writer = writer;
    }

    /// Why a socket has ended.
    public enum Ended {
        /// The client has left the namespace.
        LEFT,
        /// The client has closed its session, or its connection has broken.
        GONE,
        /// By [#leave] or [#disconnect], or because the server goes down.
        DISCONNECTED,
        /// Nothing was heard of the client for too long, or it has not polled.
        SILENT,
        /// The client sent what is no packet, or one that may not come.
        BAD_PACKET,
        /// The client sent more at once than is taken.
        TOO_LARGE
    }

    /// What the client knows it by. With protocol 4 the session's own id is part of it, so it is told to nobody
    /// else.
    public String id() {
        return id;
    }

    public String namespace() {
        return namespace;
    }

    public Handshake handshake() {
        return session.handshake();
    }

    /// How many bytes wait for the client, of all its sockets.
    public long queuedBytes() {
        return session.outgoing().queuedBytes();
    }

    /// Sends an event. Completes when it has been written: taken by the client's WebSocket, or by a poll whose
    /// answer has been written.
    ///
    /// Errors: [NotSent] with `FULL`, and nothing is queued, if what waits is at its bound already; with `ENDED`.
    public Mono<Void> emit(EncodedEvent event) {
        return Mono.defer(() -> ended.get() ? gone() : session.outgoing().offer(writer.event(namespace, event)));
    }

    /// Sends what the producer has, in its order and at the client's pace: a few events ahead of what has been
    /// written are asked for and no more, so that the producer's own queue is what fills up. Completes when the
    /// last has been written. To be used once for each socket, whose bound it does not know.
    ///
    /// Errors: the producer's; [NotSent] with `ENDED`.
    public Mono<Void> emitAll(Publisher<Sending> producer) {
        return Flux.from(producer).flatMap(this::write, WINDOW).then();
    }

    /// An event of a producer.
    ///
    /// @param written runs when it has been written; to be quick, and not to fail
    public record Sending(EncodedEvent event, Runnable written) {

        /// One of which nobody asks whether it has been written.
        public static Sending of(EncodedEvent event) {
            return new Sending(event, () -> {});
        }
    }

    /// Sends an event that the client shall answer, and gives what it answers.
    ///
    /// Errors: as [#emit]; `TimeoutException`; [NotSent] with `TOO_MANY_ANSWERS`, `BINARY_ANSWER`, or `ENDED` if
    /// the socket ends before.
    public Mono<List<JsonNode>> call(EncodedEvent event, Duration timeout) {
        return Mono.<List<JsonNode>>create(answer -> call(event, answer)).timeout(timeout);
    }

    /// Leaves the client's session open, but ends its being in this namespace.
    public void leave() {
        session.client().leave(this);
    }

    /// Ends the client's session in good order: events that were begun are answered, the client is told that it
    /// has been disconnected, what is queued is sent, and its connection is closed, a WebSocket with this code. A
    /// client that does not take that in time is cut off.
    public void disconnect(CloseStatus status) {
        session.client().disconnect(status);
    }

    /// Serves the client from now on.
    void servedBy(SocketHandler serving) {
        handler = serving;
    }

    /// The client has been told.
    void start(Work work) {
        var serving = handler;
        if (serving != null) {
            running.update(work.keep(serving.run()));
        }
    }

    Mono<Void> take(SocketPacket.Event event) {
        var serving = handler;
        if (serving == null) {
            return Mono.empty();
        }
        var incoming =
                new IncomingEvent(event.name(), event.arguments(), event.ack().isPresent());
        var answer = serving.take(incoming);
        return event.ack().isPresent()
                ? answer.defaultIfEmpty(Acknowledgement.of())
                        .flatMap(told -> acknowledge(event.ack().getAsLong(), told))
                : answer.then();
    }

    Mono<Void> refuseBinary(String name) {
        var serving = handler;
        return serving == null ? Mono.empty() : serving.refuseBinary(name);
    }

    /// The client has answered; what nobody waits for is ignored.
    void answered(long call, List<JsonNode> arguments) {
        var waiting = calls.remove(call);
        if (waiting != null) {
            waiting.success(arguments);
        }
    }

    void answeredBinary(long call) {
        var waiting = calls.remove(call);
        if (waiting != null) {
            waiting.error(new NotSent(Why.BINARY_ANSWER));
        }
    }

    void end(Ended why) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        running.dispose();
        calls.values().forEach(waiting -> waiting.error(new NotSent(Why.ENDED)));
        var serving = handler;
        if (serving != null) {
            serving.ended(why);
        }
    }

    private Mono<Void> acknowledge(long ack, Acknowledgement told) {
        return session.outgoing().write(writer.ack(namespace, ack, told));
    }

    private void call(EncodedEvent event, MonoSink<List<JsonNode>> answer) {
        if (ended.get() || calls.size() >= MAX_CALLS) {
            answer.error(new NotSent(ended.get() ? Why.ENDED : Why.TOO_MANY_ANSWERS));
            return;
        }
        var call = lastCall.incrementAndGet();
        calls.put(call, answer);
        var sending = session.outgoing()
                .offer(writer.event(namespace, call, event))
                .doOnError(answer::error)
                .onErrorComplete();
        var sent = session.client().work().keep(sending);
        answer.onDispose(() -> {
            calls.remove(call);
            sent.dispose();
        });
    }

    private Mono<Void> write(Sending sending) {
        return Mono.defer(
                        () -> ended.get() ? gone() : session.outgoing().write(writer.event(namespace, sending.event())))
                .doOnSuccess(_ -> sending.written().run());
    }

    private static Mono<Void> gone() {
        return Mono.error(new NotSent(Why.ENDED));
    }
}
