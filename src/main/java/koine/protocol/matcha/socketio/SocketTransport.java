package koine.protocol.matcha.socketio;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import koine.protocol.CloseCodes;
import koine.protocol.Upgrades;
import koine.protocol.matcha.socketio.SocketIoSocket.Ended;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketMessage;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;

/// A session's WebSocket: its own from the beginning, or one that is to take over from polling.
final class SocketTransport {

    /// How many messages are read before their turn.
    private static final int MESSAGES_AHEAD = 2;

    /// How long a peer that takes nothing is given to take the close frame.
    private static final Duration LAST_WORD = Duration.ofSeconds(1);

    private final EngineSession session;
    private final Upgrades.Socket socket;
    private final Disposable.Swap upgradeTimer = Disposables.swap();
    private volatile State state = State.NEW;
    private volatile @Nullable FluxSink<OutgoingPacket> sink;

    SocketTransport(EngineSession session, Upgrades.Socket socket) {
        this.session = session;
        this.socket = socket;
    }

    private enum State {
        /// Nothing has come yet.
        NEW,
        /// The client knows that it can be used.
        PROBED,
        /// It is the session's.
        IN_USE,
        /// It was tried, and is no longer wanted.
        GIVEN_UP
    }

    /// A message out of the pooled buffer in which it came.
    ///
    /// @param text empty if it is none, and null if it is no UTF-8
    private record Received(
            WebSocketMessage.Type type, @Nullable String text) {

        static Received of(WebSocketMessage message) {
            return new Received(
                    message.getType(),
                    message.getType() == WebSocketMessage.Type.TEXT ? text(message.getPayload()) : "");
        }

        private static @Nullable String text(DataBuffer payload) {
            var bytes = new byte[payload.readableByteCount()];
            payload.read(bytes);
            return ByteBufUtil.isText(Unpooled.wrappedBuffer(bytes), StandardCharsets.UTF_8)
                    ? new String(bytes, StandardCharsets.UTF_8)
                    : null;
        }
    }

    /// Serves a session that begins with this WebSocket, until either ends.
    Mono<Void> serveNew(OutgoingPacket greeting) {
        state = State.IN_USE;
        return serve(opened -> session.openSocket(opened, socket.drop(), greeting));
    }

    /// Serves a WebSocket that is to take over, until it or the session ends, or the client takes too long.
    Mono<Void> serveUpgrade(Duration within) {
        upgradeTimer.update(session.after(within, this::giveUp));
        return serve(opened -> sink = opened);
    }

    private Mono<Void> serve(Consumer<FluxSink<OutgoingPacket>> opened) {
        var outgoing =
                socket.session().send(Flux.create(opened).map(this::message)).then(Mono.defer(this::closeFrame));
        return Mono.firstWithSignal(outgoing, incoming()).doFinally(_ -> closed());
    }

    private Mono<Void> incoming() {
        return socket.session()
                .receive()
                .map(Received::of)
                .onErrorResume(this::failed)
                .concatMap(this::take, MESSAGES_AHEAD)
                .then();
    }

    /// What comes can't be read: goes on until the close frame has been sent.
    private Flux<Received> failed(Throwable problem) {
        return CloseCodes.of(problem)
                .map(status -> {
                    end(status.equals(CloseCodes.FRAME_TOO_LARGE) ? Ended.TOO_LARGE : Ended.BAD_PACKET, status);
                    return Flux.<Received>never();
                })
                .orElseGet(() -> Flux.error(problem));
    }

    private Mono<Void> take(Received received) {
        return switch (received.type()) {
            case TEXT -> takeText(received.text());
            case BINARY -> take(EnginePacket.BINARY);
            case PING, PONG -> Mono.empty();
        };
    }

    private Mono<Void> takeText(@Nullable String text) {
        if (text == null) {
            end(Ended.BAD_PACKET, CloseCodes.INVALID_UTF_8);
            return Mono.empty();
        }
        return Mono.fromCallable(() -> EnginePacket.read(text))
                .flatMap(this::take)
                .onErrorResume(BadPacket.class, bad -> {
                    end(Ended.BAD_PACKET, CloseStatus.PROTOCOL_ERROR.withReason(bad.why()));
                    return Mono.empty();
                });
    }

    private Mono<Void> take(EnginePacket packet) {
        return switch (state) {
            case NEW -> probe(packet);
            case PROBED -> upgrade(packet);
            case IN_USE -> session.take(packet);
            case GIVEN_UP -> Mono.empty();
        };
    }

    private Mono<Void> probe(EnginePacket packet) {
        var opened = sink;
        if (opened == null
                || packet.type() != EnginePacket.Type.PING
                || !packet.data().equals("probe")) {
            return Mono.fromRunnable(this::giveUp);
        }
        state = State.PROBED;
        opened.next(OutgoingPacket.PROBED);
        session.probed();
        return Mono.empty();
    }

    private Mono<Void> upgrade(EnginePacket packet) {
        var opened = sink;
        if (opened == null || packet.type() != EnginePacket.Type.UPGRADE || !session.upgrade(opened, socket.drop())) {
            return Mono.fromRunnable(this::giveUp);
        }
        state = State.IN_USE;
        upgradeTimer.dispose();
        return Mono.empty();
    }

    /// The session goes on without it.
    private void giveUp() {
        if (state == State.IN_USE) {
            return;
        }
        state = State.GIVEN_UP;
        var opened = sink;
        if (opened != null) {
            opened.complete();
        }
        session.after(LAST_WORD, socket.drop());
    }

    private void end(Ended why, CloseStatus status) {
        if (state == State.IN_USE) {
            session.end(why, status);
        } else {
            giveUp();
        }
    }

    private void closed() {
        upgradeTimer.dispose();
        if (state == State.IN_USE) {
            session.end(Ended.GONE, CloseStatus.NORMAL);
        } else {
            session.cancelUpgrade();
        }
    }

    /// Not to be cancelled on its way: Netty would then release the frame a second time.
    private Mono<Void> closeFrame() {
        var status = state == State.IN_USE ? session.closeStatus() : CloseStatus.NORMAL;
        return Mono.fromFuture(
                () -> socket.session().close(status).onErrorComplete().toFuture(), true);
    }

    private WebSocketMessage message(OutgoingPacket packet) {
        var buffer = socket.session().bufferFactory().allocateBuffer(packet.size());
        return new WebSocketMessage(
                WebSocketMessage.Type.TEXT, buffer.write(packet.head()).write(packet.body()));
    }
}
