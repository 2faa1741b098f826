package koine.protocol.matcha.socketio;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import koine.protocol.matcha.socketio.Namespace.Admission;
import koine.protocol.matcha.socketio.SocketIoSocket.Ended;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.util.UriComponentsBuilder;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The Socket.IO side of one session: which namespaces its client is in, and what it sends to them.
final class SocketIoClient {

    private static final Logger log = LoggerFactory.getLogger(SocketIoClient.class);

    private static final String ROOT = "/";
    private static final String UNKNOWN_NAMESPACE = "Invalid namespace";

    /// How long events that were begun may take once the server wants to end.
    private static final Duration UNFINISHED = Duration.ofSeconds(3);

    private final EngineSession session;
    private final SocketIoServer.Parts parts;
    private final Work work;
    private final Map<String, SocketIoSocket> joined = new ConcurrentHashMap<>(2);
    private final Set<String> joining = ConcurrentHashMap.newKeySet(2);

    /// Of namespaces that the server has ended: what the client sent before it knew is no mistake.
    private final Set<String> left = ConcurrentHashMap.newKeySet(0);

    private final Disposable.Swap joinTimer = Disposables.swap();
    private final AtomicBoolean disconnecting = new AtomicBoolean();
    private volatile boolean ended;

    /// How many binary messages are still to come that belong to a packet. Touched only by what the client sends,
    /// one after the other.
    private int attachments;

    SocketIoClient(EngineSession session, SocketIoServer.Parts parts) {
        this.session = session;
        this.parts = parts;
        this.work = new Work(parts.settings().limits().eventsAtATime());
    }

    Work work() {
        return work;
    }

    /// A client of protocol 4 is in the root namespace without asking for it, even if nothing is served there.
    void opened() {
        awaitJoin();
        if (session.version() == EngineVersion.V3) {
            if (parts.namespaces().containsKey(ROOT)) {
                work.keep(join(ROOT, JsonNodeFactory.instance.missingNode()));
            } else {
                session.outgoing().put(parts.writer().joined(EngineVersion.V3, ROOT, session.id()));
            }
        }
    }

    /// Takes a message. Completes when the next one may be taken.
    ///
    /// Errors: [BadPacket].
    Mono<Void> take(String message) {
        if (attachments > 0) {
            return Mono.error(new BadPacket("a text in place of an attachment"));
        }
        return disconnecting.get() ? Mono.empty() : take(parts.reader().read(message));
    }

    /// Takes an attachment, and throws it away.
    ///
    /// Errors: [BadPacket].
    Mono<Void> takeBinary() {
        if (attachments == 0) {
            return Mono.error(new BadPacket("binary that is no attachment"));
        }
        attachments--;
        return Mono.empty();
    }

    private Mono<Void> take(SocketPacket packet) {
        return switch (packet) {
            case SocketPacket.Connect connect -> connect(connect);
            case SocketPacket.Disconnect(String namespace) -> Mono.fromRunnable(() -> leftByClient(namespace));
            case SocketPacket.Event event -> take(event);
            case SocketPacket.Ack(String namespace, long id, List<JsonNode> arguments) ->
                Mono.fromRunnable(() -> answered(namespace, id, arguments));
            case SocketPacket.BinaryEvent binary -> refuse(binary);
            case SocketPacket.BinaryAck binary -> Mono.fromRunnable(() -> answered(binary));
        };
    }

    private Mono<Void> connect(SocketPacket.Connect connect) {
        return switch (session.version()) {
            case V4 -> begin(connect.namespace(), connect.auth());
            case V3 -> beginByQuery(connect.namespace());
        };
    }

    /// Protocol 4 has what a client says for itself behind the namespace's name: `/name?token=x`.
    private Mono<Void> beginByQuery(String named) {
        var question = named.indexOf('?');
        var namespace = question < 0 ? named : named.substring(0, question);
        if (namespace.equals(ROOT)) {
            return Mono.empty();
        }
        return begin(namespace, question < 0 ? JsonNodeFactory.instance.missingNode() : query(named));
    }

    private static JsonNode query(String named) {
        var auth = JsonNodeFactory.instance.objectNode();
        try {
            UriComponentsBuilder.fromUriString(named)
                    .build(true)
                    .getQueryParams()
                    .forEach((name, values) -> auth.put(decode(name), decode(String.valueOf(values.getFirst()))));
        } catch (IllegalArgumentException _) {
            throw new BadPacket("a query that can't be read");
        }
        return auth;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private Mono<Void> begin(String namespace, JsonNode auth) {
        if (!parts.namespaces().containsKey(namespace)) {
            return work.begin(refuse(namespace, UNKNOWN_NAMESPACE));
        }
        if (joined.containsKey(namespace) || !joining.add(namespace)) {
            return Mono.error(new BadPacket("a namespace joined twice"));
        }
        return work.begin(join(namespace, auth));
    }

    private Mono<Void> join(String namespace, JsonNode auth) {
        var request = new JoinRequest(namespace, session.handshake(), auth);
        return Mono.defer(() -> served(namespace).admit(request))
                .doOnNext(admission -> admit(namespace, admission))
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("neither admitted nor refused")))
                .then()
                .onErrorResume(JoinRefused.class, refused -> refuse(namespace, refused.reason()))
                .onErrorResume(problem -> fail(namespace, problem))
                .doFinally(_ -> joining.remove(namespace));
    }

    private Namespace served(String namespace) {
        return Objects.requireNonNull(parts.namespaces().get(namespace));
    }

    private void admit(String namespace, Admission admission) {
        var socket = new SocketIoSocket(idIn(namespace), namespace, session, parts.writer());
        socket.servedBy(admission.open(socket));
        joinTimer.update(Disposables.disposed());
        left.remove(namespace);
        joined.put(namespace, socket);
        session.outgoing().put(parts.writer().joined(session.version(), namespace, socket.id()));
        socket.start(work);
        if (ended) {
            socket.end(Ended.GONE);
        }
    }

    /// Clients of protocol 4 are not told an id, but make the same one of what they know.
    private String idIn(String namespace) {
        return switch (session.version()) {
            case V3 -> namespace.equals(ROOT) ? session.id() : namespace + "#" + session.id();
            case V4 -> parts.newId().get();
        };
    }

    private Mono<Void> fail(String namespace, Throwable problem) {
        if (problem instanceof NotSent) {
            return Mono.empty();
        }
        log.error("a client could not join {}", namespace, problem);
        return refuse(namespace, "Internal error");
    }

    private Mono<Void> refuse(String namespace, String why) {
        return Mono.defer(() -> session.outgoing().write(parts.writer().refused(session.version(), namespace, why)));
    }

    private Mono<Void> take(SocketPacket.Event event) {
        var socket = joined.get(event.namespace());
        return socket == null ? notJoined(event.namespace()) : work.begin(Mono.defer(() -> socket.take(event)));
    }

    private Mono<Void> refuse(SocketPacket.BinaryEvent event) {
        attachments = event.attachments();
        var socket = joined.get(event.namespace());
        return socket == null
                ? notJoined(event.namespace())
                : work.begin(Mono.defer(() -> socket.refuseBinary(event.name())));
    }

    private Mono<Void> notJoined(String namespace) {
        if (session.version() == EngineVersion.V3 && namespace.equals(ROOT)) {
            return work.begin(refuse(ROOT, UNKNOWN_NAMESPACE));
        }
        return left.contains(namespace) ? Mono.empty() : Mono.error(new BadPacket("a namespace that was not joined"));
    }

    private void answered(String namespace, long id, List<JsonNode> arguments) {
        var socket = joined.get(namespace);
        if (socket != null) {
            socket.answered(id, arguments);
        }
    }

    private void answered(SocketPacket.BinaryAck ack) {
        attachments = ack.attachments();
        var socket = joined.get(ack.namespace());
        if (socket != null) {
            socket.answeredBinary(ack.id());
        }
    }

    private void leftByClient(String namespace) {
        var socket = joined.remove(namespace);
        if (socket != null) {
            socket.end(Ended.LEFT);
            awaitJoinIfInNone();
        }
    }

    /// Ends the client's being in the socket's namespace.
    void leave(SocketIoSocket socket) {
        left.add(socket.namespace());
        if (joined.remove(socket.namespace(), socket)) {
            socket.end(Ended.DISCONNECTED);
            session.outgoing().put(parts.writer().left(socket.namespace()));
            awaitJoinIfInNone();
        }
    }

    /// Ends the session once what was begun has been answered.
    void disconnect(CloseStatus status) {
        if (!disconnecting.compareAndSet(false, true)) {
            return;
        }
        var once = new AtomicBoolean();
        Runnable finish = () -> {
            if (once.compareAndSet(false, true)) {
                joined.values().forEach(this::leave);
                session.finish(status);
            }
        };
        session.after(UNFINISHED, finish);
        work.whenIdle(finish);
    }

    void ended(Ended why) {
        ended = true;
        joinTimer.dispose();
        joined.values().forEach(socket -> socket.end(disconnecting.get() ? Ended.DISCONNECTED : why));
    }

    private void awaitJoinIfInNone() {
        if (joined.isEmpty()) {
            awaitJoin();
        }
    }

    private void awaitJoin() {
        joinTimer.update(session.after(parts.settings().joinWithin(), this::missJoin));
    }

    private void missJoin() {
        if (joined.isEmpty()) {
            session.refuse(new BadPacket("in no namespace"));
        }
    }
}
