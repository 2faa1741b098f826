package koine.protocol;

import java.util.concurrent.atomic.AtomicInteger;
import koine.delivery.Frame;
import koine.delivery.LiveConnection;
import koine.limit.FloodGuard;
import koine.limit.FloodGuards;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Runs WebSockets of text frames: what every such protocol has in common, whatever its frames say. What
/// can't be read as WebSocket messages closes the socket with the code for it, and so does a flood;
/// everything else is the conversation's.
@Component
public class TextSockets {

    private final SocketEndings endings;
    private final SocketProperties properties;
    private final FloodGuards guards;

    TextSockets(SocketEndings endings, SocketProperties properties, FloodGuards guards) {
        this.endings = endings;
        this.properties = properties;
        this.guards = guards;
    }

    /// Serves the socket until it ends. Frames are taken up in the order in which they came. A socket on
    /// which nobody signs in for too long is closed.
    ///
    /// @param atATime how many frames are carried out at a time: until one is answered no further one is
    ///               read. With more than one, answers may overtake one another.
    public Mono<Void> serve(Upgrades.Socket socket, LiveConnection connection, Conversation conversation, int atATime) {
        var talk = new Talk(socket, connection, conversation, guards.open(), atATime);
        var served = endings.run(socket, connection, talk.incoming(), talk.outgoing(), talk::isIdle);
        return connection.isSignedIn()
                ? served
                : Mono.firstWithSignal(served, nobodySignsIn(socket.session(), connection));
    }

    private Mono<Void> nobodySignsIn(WebSocketSession socket, LiveConnection connection) {
        return Mono.delay(properties.signInWithin())
                .filter(_ -> !connection.isSignedIn())
                .switchIfEmpty(Mono.never())
                .then(Mono.defer(() -> socket.close(CloseCodes.NOT_SIGNED_IN)));
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

    /// One socket and what is said on it.
    private static final class Talk {

        private final Upgrades.Socket socket;
        private final WebSocketSession session;
        private final LiveConnection connection;
        private final Conversation conversation;
        private final FloodGuard guard;
        private final int atATime;
        private final AtomicInteger underWay = new AtomicInteger();
        private volatile boolean ending;

        Talk(
                Upgrades.Socket socket,
                LiveConnection connection,
                Conversation conversation,
                FloodGuard guard,
                int atATime) {
            this.socket = socket;
            this.session = socket.session();
            this.connection = connection;
            this.conversation = conversation;
            this.guard = guard;
            this.atATime = atATime;
        }

        /// Takes up no further frame, and says whether none is being carried out.
        boolean isIdle() {
            ending = true;
            return underWay.get() == 0;
        }

        Mono<Void> incoming() {
            return Flux.mergeSequential(
                            conversation.ahead(), conversation.begin().thenMany(Flux.<Received>empty()), received())
                    .doOnNext(_ -> connection.heard())
                    .filter(received -> !isRefusedAtOnce(received))
                    .flatMap(this::take, atATime)
                    .then(Mono.defer(this::goodbye));
        }

        Mono<Void> outgoing() {
            return socket.write(conversation.toWrite(connection.outgoing()), conversation::sent);
        }

        /// A client that closes by a close frame says goodbye; one whose connection breaks has vanished.
        private Mono<Void> goodbye() {
            return session.closeStatus()
                    .filter(status -> status.getCode() != CloseStatus.NO_CLOSE_FRAME.getCode())
                    .doOnNext(_ -> connection.sayGoodbye())
                    .then();
        }

        /// To be subscribed to at once: what comes and can't be read while nobody listens would end the
        /// connection without a code.
        ///
        /// Errors of the WebSocket protocol end here: further down they would cancel `receive`, and
        /// Reactor Netty closes a socket that is cancelled without a code.
        private Flux<Received> received() {
            return session.receive()
                    .map(Received::of)
                    .doOnNext(_ -> count())
                    .onErrorResume(problem -> CloseCodes.of(problem)
                            .map(status -> session.close(status).<Received>then(Mono.empty()))
                            .orElseGet(() -> Mono.error(problem)));
        }

        /// What a flood brings is no longer taken up, since its connection is ending.
        private void count() {
            if (!guard.admits()) {
                ending = true;
                connection.flooded();
            }
        }

        private boolean isRefusedAtOnce(Received received) {
            return received.type() == WebSocketMessage.Type.TEXT
                    && !ending
                    && conversation.refusesAtOnce(received.frame().bytes());
        }

        private Mono<Void> take(Received received) {
            return switch (received.type()) {
                case TEXT ->
                    carryOut(
                            received, Mono.defer(() -> takeText(received.frame().bytes())));
                case BINARY -> carryOut(received, conversation.takeBinary());
                case PING, PONG -> Mono.empty();
            };
        }

        private Mono<Void> takeText(byte[] text) {
            return Utf8.isValid(text) ? conversation.take(text) : session.close(CloseCodes.INVALID_UTF_8);
        }

        private Mono<Void> carryOut(Received received, Mono<Void> work) {
            var size = received.frame().bytes().length;
            return socket.intake().apart(size, Mono.defer(() -> {
                underWay.incrementAndGet();
                return (ending ? Mono.<Void>empty() : work).doFinally(_ -> underWay.decrementAndGet());
            }));
        }
    }
}
