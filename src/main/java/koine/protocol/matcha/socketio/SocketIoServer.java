package koine.protocol.matcha.socketio;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import koine.protocol.Upgrades;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import tools.jackson.databind.json.JsonMapper;

/// Serves Socket.IO clients at whatever path its requests are led to: handshakes, polls, posts and WebSockets.
/// Its sessions are its own; one at another path knows nothing of them.
public final class SocketIoServer implements WebHandler {

    private static final String POLLING = "polling";
    private static final String WEBSOCKET = "websocket";
    private static final Duration LOOK = Duration.ofMillis(10);
    private static final Duration LAST_MOMENT = Duration.ofSeconds(6);

    private final Parts parts;
    private final Gate gate;
    private final Scheduler scheduler;
    private final Sessions sessions;
    private final PollingTransport polling;
    private final Upgrades upgrades;
    private final Supplier<PacketGuard> guards;
    private volatile boolean closing;

    /// @param namespaces by name, which begins with `/`
    /// @param scheduler  for everything that has its time
    /// @param guards     makes a guard for each session
    public SocketIoServer(
            SocketIoSettings settings,
            Map<String, Namespace> namespaces,
            Gate gate,
            JsonMapper json,
            SecureRandom random,
            Scheduler scheduler,
            Supplier<PacketGuard> guards) {
        this.sessions = new Sessions(settings.limits(), gate, random);
        this.parts = new Parts(
                settings,
                Map.copyOf(namespaces),
                new SocketPacketReader(json),
                new SocketPacketWriter(json),
                sessions::newId);
        this.gate = gate;
        this.scheduler = scheduler;
        this.guards = guards;
        this.polling = new PollingTransport(settings, json);
        this.upgrades = new Upgrades(settings.limits().maxPayload(), Optional.empty());
    }

    /// What the clients of one server have in common.
    ///
    /// @param newId makes an id that nobody guesses
    record Parts(
            SocketIoSettings settings,
            Map<String, Namespace> namespaces,
            SocketPacketReader reader,
            SocketPacketWriter writer,
            Supplier<String> newId) {}

    /// Answers a request, and completes when its part is done: a poll answered, a WebSocket closed.
    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        return Mono.defer(() -> route(exchange))
                .onErrorResume(RequestRefused.class, refused -> polling.refuse(exchange, refused));
    }

    /// How many sessions there are.
    public int sessionCount() {
        return sessions.count();
    }

    boolean knows(String sid) {
        return sessions.find(sid).isPresent();
    }

    /// Whether a poll of the session waits.
    boolean isPolled(String sid) {
        return sessions.find(sid)
                .filter(session -> session.outgoing().isPolled())
                .isPresent();
    }

    /// Ends all sessions in good order, each with its close status, takes no further ones, and completes when they
    /// have ended, but after some seconds at the latest.
    public Mono<Void> shutDown(Supplier<CloseStatus> status) {
        return Mono.defer(() -> {
            closing = true;
            return Flux.interval(Duration.ZERO, LOOK, scheduler)
                    .doOnNext(_ ->
                            sessions.all().forEach(session -> session.client().disconnect(status.get())))
                    .takeUntil(_ -> sessions.count() == 0)
                    .take(LAST_MOMENT, scheduler)
                    .then();
        });
    }

    /// Takes clients again after [#shutDown].
    public void open() {
        closing = false;
    }

    private Mono<Void> route(ServerWebExchange exchange) {
        var request = exchange.getRequest();
        var query = request.getQueryParams();
        var transport = query.getFirst("transport");
        if (!POLLING.equals(transport) && !WEBSOCKET.equals(transport)) {
            throw EngineError.TRANSPORT_UNKNOWN.refusal();
        }
        var version = EngineVersion.of(query.getFirst("EIO")).orElseThrow(EngineError.VERSION_UNSUPPORTED::refusal);
        if (query.containsKey("j")) {
            throw EngineError.JSONP.refusal();
        }
        var overSocket = WEBSOCKET.equals(transport);
        if (!query.containsKey("sid")) {
            return begin(exchange, version, overSocket);
        }
        var session = sessions.find(query.getFirst("sid")).orElseThrow(EngineError.SESSION_UNKNOWN::refusal);
        if (session.version() != version) {
            throw EngineError.BAD_REQUEST.refusal();
        }
        return overSocket ? upgrade(exchange, session) : poll(exchange, session);
    }

    private Mono<Void> begin(ServerWebExchange exchange, EngineVersion version, boolean overSocket) {
        var request = exchange.getRequest();
        if (!request.getMethod().equals(HttpMethod.GET)) {
            throw EngineError.BAD_METHOD.refusal();
        }
        if (overSocket) {
            checkUpgrade(request);
        }
        if (closing || sessions.isFull()) {
            throw EngineError.TOO_MANY_SESSIONS.refusal();
        }
        var handshake = Handshake.of(version, request);
        return gate.check(handshake)
                .onErrorMap(
                        HandshakeRefused.class, refused -> new RequestRefused(EngineError.FORBIDDEN, refused.reason()))
                .then(Mono.defer(
                        () -> overSocket ? beginSocket(exchange, handshake) : beginPolling(exchange, handshake)));
    }

    private Mono<Void> beginPolling(ServerWebExchange exchange, Handshake handshake) {
        var session = newSession(handshake);
        if (!sessions.add(session)) {
            throw EngineError.TOO_MANY_SESSIONS.refusal();
        }
        return polling.greet(exchange, session);
    }

    private Mono<Void> beginSocket(ServerWebExchange exchange, Handshake handshake) {
        return upgrades.upgrade(exchange, socket -> {
            var session = newSession(handshake);
            if (!sessions.add(session)) {
                return socket.session().close(CloseStatus.SERVICE_OVERLOAD);
            }
            var greeting = polling.greeting(session, false);
            return new SocketTransport(session, socket).serveNew(greeting);
        });
    }

    private Mono<Void> upgrade(ServerWebExchange exchange, EngineSession session) {
        checkUpgrade(exchange.getRequest());
        if (!session.beginUpgrade()) {
            throw EngineError.BAD_REQUEST.refusal();
        }
        return upgrades.upgrade(
                        exchange,
                        socket -> new SocketTransport(session, socket)
                                .serveUpgrade(parts.settings().upgradeWithin()))
                .doOnError(_ -> session.cancelUpgrade());
    }

    private Mono<Void> poll(ServerWebExchange exchange, EngineSession session) {
        if (!session.isPolling()) {
            throw EngineError.BAD_REQUEST.refusal();
        }
        var method = exchange.getRequest().getMethod();
        if (method.equals(HttpMethod.GET)) {
            return polling.poll(exchange, session);
        }
        if (method.equals(HttpMethod.POST)) {
            return polling.post(exchange, session);
        }
        throw EngineError.BAD_REQUEST.refusal();
    }

    private EngineSession newSession(Handshake handshake) {
        return new EngineSession(
                sessions.newId(),
                handshake,
                parts.settings(),
                scheduler,
                sessions,
                guards.get(),
                session -> new SocketIoClient(session, parts));
    }

    private static void checkUpgrade(ServerHttpRequest request) {
        if (!WEBSOCKET.equalsIgnoreCase(request.getHeaders().getUpgrade())) {
            throw EngineError.BAD_REQUEST.refusal();
        }
    }
}
