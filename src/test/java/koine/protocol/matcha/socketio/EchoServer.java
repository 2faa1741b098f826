package koine.protocol.matcha.socketio;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import koine.protocol.matcha.socketio.SocketIoSocket.Ended;
import koine.protocol.matcha.socketio.SocketIoSocket.Sending;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.server.WebHandler;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.json.JsonMapper;

/// The module without anything else of the service, on a free port: it tells clients what they have said for
/// themselves (`auth`), and sends back what it is sent.
final class EchoServer implements AutoCloseable {

    static final CloseStatus KICKED = new CloseStatus(4401, "signed out");

    /// Namespaces besides `/`, all the same but the last two.
    static final List<String> NAMESPACES = List.of("/custom", "/api/socket");

    static final JsonMapper JSON = JsonMapper.shared();

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final PacketGuard guard;
    private final DisposableServer http;
    private final SocketIoServer main;
    private final SocketIoServer second;
    private final BlockingQueue<SocketIoSocket> opened = new LinkedBlockingQueue<>();
    private final BlockingQueue<Ended> endings = new LinkedBlockingQueue<>();

    private EchoServer(SocketIoSettings settings, Gate gate, PacketGuard guard) {
        this.guard = guard;
        main = server(
                settings,
                Map.of(
                        "/", this::admit,
                        "/custom", this::admit,
                        "/api/socket", this::admit,
                        "/closed", _ -> Mono.error(new JoinRefused("Not authorized")),
                        "/broken", _ -> Mono.error(new IllegalStateException("meant"))),
                gate);
        second = server(settings, Map.of("/api/socket", this::admit), gate);
        WebHandler router = exchange ->
                (exchange.getRequest().getPath().value().startsWith("/second/") ? second : main).handle(exchange);
        http = HttpServer.create()
                .port(0)
                .handle(new ReactorHttpHandlerAdapter(WebHttpHandlerBuilder.webHandler(router)
                        .codecConfigurer(ServerCodecConfigurer.create()) // reads a file, here and not in the loop
                        .build()))
                .bindNow();
    }

    /// With so much time that nothing runs out of it.
    static EchoServer patient() {
        return of(SocketIoSettings.DEFAULT);
    }

    static EchoServer of(SocketIoSettings settings) {
        return new EchoServer(settings, Gate.OPEN, () -> true);
    }

    static EchoServer of(Gate gate) {
        return new EchoServer(SocketIoSettings.DEFAULT, gate, () -> true);
    }

    /// One whose sessions take so many packets, all of them together.
    static EchoServer ofPackets(int packets) {
        var left = new AtomicInteger(packets);
        return new EchoServer(SocketIoSettings.DEFAULT, Gate.OPEN, () -> left.getAndDecrement() > 0);
    }

    static SocketIoSettings with(SocketIoSettings.Limits limits) {
        var usual = SocketIoSettings.DEFAULT;
        return new SocketIoSettings(usual.heartbeat(), limits, usual.joinWithin(), usual.upgradeWithin());
    }

    static SocketIoSettings.Limits limits(int packets, int bytes, int sessions) {
        return new SocketIoSettings.Limits(
                DataSize.ofBytes(1_000_000), packets, DataSize.ofBytes(bytes), 4, sessions, sessions);
    }

    int port() {
        return http.port();
    }

    SocketIoServer io() {
        return main;
    }

    /// Whether a poll of the session waits.
    boolean isPolled(String sid) {
        return main.isPolled(sid);
    }

    boolean knows(String sid) {
        return main.knows(sid);
    }

    /// The next socket that was opened.
    SocketIoSocket nextSocket() {
        return next(opened);
    }

    /// Why the next socket that ended did so.
    Ended nextEnding() {
        return next(endings);
    }

    @Override
    public void close() {
        http.disposeNow(Duration.ofSeconds(5));
    }

    private Mono<Namespace.Admission> admit(JoinRequest request) {
        return Mono.just(socket -> {
            opened.add(socket);
            return new Echo(request, socket);
        });
    }

    private final class Echo implements SocketHandler {

        private final JoinRequest request;
        private final SocketIoSocket socket;

        Echo(JoinRequest request, SocketIoSocket socket) {
            this.request = request;
            this.socket = socket;
        }

        @Override
        public Mono<Void> run() {
            var auth = request.auth().isMissingNode() ? Map.of() : request.auth();
            return socket.emit(EncodedEvent.encode(JSON, "auth", auth));
        }

        @Override
        public Mono<Acknowledgement> take(IncomingEvent event) {
            return switch (event.name()) {
                case "message" -> back(event).then(Mono.empty());
                case "message-with-ack" -> Mono.just(new Acknowledgement(event.arguments()));
                case "ask" -> Mono.delay(Duration.ofMillis(1)).then(ask(event)).then(Mono.empty());
                case "kick" -> Mono.<Acknowledgement>empty().doOnTerminate(() -> socket.disconnect(KICKED));
                case "leave" -> Mono.<Acknowledgement>empty().doOnTerminate(socket::leave);
                case "count" ->
                    socket.emitAll(Flux.range(1, event.arguments().getFirst().intValue())
                                    .map(number -> Sending.of(EncodedEvent.encode(JSON, "number", number))))
                            .then(Mono.empty());
                case "fail" -> Mono.error(new IllegalStateException("meant"));
                default -> Mono.empty();
            };
        }

        /// Asks the client, and tells it what it answered.
        private Mono<Void> ask(IncomingEvent event) {
            return socket.call(
                            EncodedEvent.encode(
                                    JSON, "question", event.arguments().toArray()),
                            PATIENCE)
                    .flatMap(answer -> socket.emit(EncodedEvent.encode(JSON, "answered", answer.toArray())));
        }

        @Override
        public Mono<Void> refuseBinary(String name) {
            return socket.emit(EncodedEvent.encode(
                    JSON, "error", Map.of("message", "binary attachments are not taken", "event", name)));
        }

        @Override
        public void ended(Ended why) {
            endings.add(why);
        }

        private Mono<Void> back(IncomingEvent event) {
            return socket.emit(
                    EncodedEvent.encode(JSON, "message-back", event.arguments().toArray()));
        }
    }

    private SocketIoServer server(SocketIoSettings settings, Map<String, Namespace> namespaces, Gate gate) {
        return new SocketIoServer(settings, namespaces, gate, JSON, random(), Schedulers.parallel(), () -> guard);
    }

    private static SecureRandom random() {
        try {
            var random = SecureRandom.getInstance("DRBG");
            random.nextBytes(new byte[1]);
            return random;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T next(BlockingQueue<T> queue) {
        try {
            var next = queue.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing came");
            }
            return next;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
