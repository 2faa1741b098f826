package koine.protocol.events;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import koine.auth.SignedIn;
import koine.delivery.Deliveries;
import koine.delivery.Frame;
import koine.delivery.LiveConnection;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.protocol.CloseCodes;
import koine.protocol.SocketEndings;
import koine.protocol.Upgrades;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The event socket: greets, then takes commands and sends answers and events until either side ends.
@Component
class EventSocket {

    /// How many commands of one socket are carried out at a time; until one is answered no further one is read.
    private static final int COMMANDS_AT_A_TIME = 64;

    /// How many more are read before their turn.
    private static final int COMMANDS_AHEAD = 16;

    private final Deliveries deliveries;
    private final Greeting greeting;
    private final CommandCodec codec;
    private final Commands commands;
    private final NativeFrames frames;
    private final SocketEndings endings;

    EventSocket(
            Deliveries deliveries,
            Greeting greeting,
            CommandCodec codec,
            Commands commands,
            NativeFrames frames,
            SocketEndings endings) {
        this.deliveries = deliveries;
        this.greeting = greeting;
        this.codec = codec;
        this.commands = commands;
        this.frames = frames;
        this.endings = endings;
    }

    /// A frame that a client sent, out of the pooled buffer in which it came.
    private record Received(WebSocketMessage.Type type, Frame frame) {

        static Received of(WebSocketMessage message) {
            DataBuffer payload = message.getPayload();
            var bytes = new byte[payload.readableByteCount()];
            payload.read(bytes);
            return new Received(message.getType(), new Frame(bytes));
        }
    }

    /// Serves the socket until it ends. Commands are taken up in the order in which they came.
    Mono<Void> serve(Upgrades.Socket socket, SignedIn who) {
        return Mono.using(
                () -> deliveries.open(who.account(), who.session(), frames),
                connection -> serve(socket, new EventSession(who, connection, codec, commands, frames)),
                LiveConnection::close);
    }

    private Mono<Void> serve(Upgrades.Socket socket, EventSession session) {
        var connection = session.connection();
        var incoming = incoming(socket.session(), session);
        return endings.run(socket, connection, incoming, outgoing(socket.session(), connection), session::isIdle);
    }

    private Mono<Void> incoming(WebSocketSession socket, EventSession session) {
        return Flux.mergeSequential(COMMANDS_AHEAD, greet(session), received(socket))
                .doOnNext(_ -> session.connection().heard())
                .flatMap(received -> take(received, socket, session), COMMANDS_AT_A_TIME)
                .then(Mono.defer(() -> goodbye(socket, session.connection())));
    }

    /// A client that closes by a close frame says goodbye; one whose connection breaks has vanished.
    private static Mono<Void> goodbye(WebSocketSession socket, LiveConnection connection) {
        return socket.closeStatus()
                .filter(status -> status.getCode() != CloseStatus.NO_CLOSE_FRAME.getCode())
                .doOnNext(_ -> connection.sayGoodbye())
                .then();
    }

    /// Gives nothing.
    private Flux<Received> greet(EventSession session) {
        return greeting.hello(session.who())
                .flatMap(hello -> session.connection().write(frames.encode(hello)))
                .thenMany(Flux.empty());
    }

    /// To be subscribed to at once: what comes and can't be read while nobody listens would end the connection
    /// without a code.
    ///
    /// Errors of the WebSocket protocol end here: further down they would cancel `receive`, and Reactor Netty
    /// closes a socket that is cancelled without a code.
    private static Flux<Received> received(WebSocketSession socket) {
        return socket.receive()
                .map(Received::of)
                .onErrorResume(problem -> CloseCodes.of(problem)
                        .map(status -> socket.close(status).<Received>then(Mono.empty()))
                        .orElseGet(() -> Mono.error(problem)));
    }

    private static Mono<Void> outgoing(WebSocketSession socket, LiveConnection connection) {
        return socket.send(connection.outgoing().map(frame -> message(socket, frame)));
    }

    private Mono<Void> take(Received received, WebSocketSession socket, EventSession session) {
        return switch (received.type()) {
            case TEXT -> takeText(received.frame().bytes(), socket, session);
            case BINARY -> session.refuse(null, new Refused(ErrorCode.INVALID_REQUEST, "frames are text"));
            case PING, PONG -> Mono.empty();
        };
    }

    private Mono<Void> takeText(byte[] text, WebSocketSession socket, EventSession session) {
        return ByteBufUtil.isText(Unpooled.wrappedBuffer(text), StandardCharsets.UTF_8)
                ? session.take(text)
                : socket.close(CloseCodes.INVALID_UTF_8);
    }

    private static WebSocketMessage message(WebSocketSession socket, Frame frame) {
        return frame == Frame.BEAT
                ? socket.pingMessage(factory -> factory.wrap(frame.bytes()))
                : new WebSocketMessage(
                        WebSocketMessage.Type.TEXT, socket.bufferFactory().wrap(frame.bytes()));
    }
}
