package koine.protocol.matcha.socketio;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import koine.protocol.matcha.socketio.SocketIoSocket.Ended;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/// Sessions by HTTP requests: a poll waits for packets, a post brings some.
final class PollingTransport {

    private static final MediaType TEXT = new MediaType("text", "plain", StandardCharsets.UTF_8);

    /// After so many seconds a client may try again when there are too many sessions.
    private static final String LATER = "10";

    private final SocketIoSettings settings;
    private final JsonMapper json;

    PollingTransport(SocketIoSettings settings, JsonMapper json) {
        this.settings = settings;
        this.json = json;
    }

    private record Problem(int code, String message) {}

    /// What a client is told first.
    OutgoingPacket greeting(EngineSession session, boolean upgradable) {
        var times = settings.heartbeat();
        var greeting = json.createObjectNode().put("sid", session.id());
        var upgrades = greeting.putArray("upgrades");
        if (upgradable) {
            upgrades.add("websocket");
        }
        greeting.put("pingInterval", times.interval().toMillis())
                .put("pingTimeout", times.timeout().toMillis())
                .put("maxPayload", settings.limits().maxPayload().toBytes());
        return OutgoingPacket.of("0", json.writeValueAsBytes(greeting));
    }

    /// Answers the handshake.
    Mono<Void> greet(ServerWebExchange exchange, EngineSession session) {
        session.openPolling();
        return answer(exchange, session.version(), List.of(greeting(session, true)));
    }

    /// Answers when something is to be sent. A client that goes away meanwhile has ended its session: what it
    /// did not get is lost.
    ///
    /// Errors: [RequestRefused].
    Mono<Void> poll(ServerWebExchange exchange, EngineSession session) {
        return session.poll()
                .flatMap(batch ->
                        answer(exchange, session.version(), batch.packets()).doOnSuccess(_ -> batch.isSent()))
                .doOnSuccess(_ -> session.polled())
                .doOnCancel(() -> session.end(Ended.GONE, CloseStatus.NORMAL))
                .doOnError(
                        problem -> !(problem instanceof RequestRefused),
                        _ -> session.end(Ended.GONE, CloseStatus.NORMAL));
    }

    /// Takes the packets of the body, and answers when the last has been taken. A second body at the same time
    /// ends the session, and so does one that can't be read or is too large.
    ///
    /// Errors: [RequestRefused].
    Mono<Void> post(ServerWebExchange exchange, EngineSession session) {
        if (!session.beginPost()) {
            throw EngineError.BAD_REQUEST.refusal();
        }
        var ended = new AtomicBoolean();
        Runnable end = () -> {
            if (ended.compareAndSet(false, true)) {
                session.endPost();
            }
        };
        return body(exchange, session)
                .flatMapIterable(body -> read(exchange.getRequest(), session, body))
                .concatMap(session::take)
                .then(Mono.defer(() -> {
                    end.run();
                    return answer(exchange, HttpStatus.OK, TEXT, "ok".getBytes(StandardCharsets.US_ASCII));
                }))
                .onErrorMap(BadPacket.class, bad -> refused(session, bad))
                .doFinally(_ -> end.run());
    }

    Mono<Void> refuse(ServerWebExchange exchange, RequestRefused refused) {
        var error = refused.error();
        if (error == EngineError.TOO_MANY_SESSIONS) {
            exchange.getResponse().getHeaders().set(HttpHeaders.RETRY_AFTER, LATER);
        }
        var body = json.writeValueAsBytes(new Problem(error.code(), refused.message()));
        return answer(exchange, error.status(), MediaType.APPLICATION_JSON, body);
    }

    private Flux<byte[]> body(ServerWebExchange exchange, EngineSession session) {
        var limit = Math.toIntExact(settings.limits().maxPayload().toBytes());
        return DataBufferUtils.join(exchange.getRequest().getBody(), limit)
                .map(PollingTransport::bytes)
                .defaultIfEmpty(new byte[0])
                .doOnError(DataBufferLimitException.class, _ -> session.end(Ended.TOO_LARGE, CloseStatus.NORMAL))
                .onErrorMap(DataBufferLimitException.class, _ -> EngineError.TOO_LARGE.refusal())
                .flux();
    }

    private static List<EnginePacket> read(ServerHttpRequest request, EngineSession session, byte[] body) {
        var binary = MediaType.APPLICATION_OCTET_STREAM.equalsTypeAndSubtype(
                request.getHeaders().getContentType());
        if (!binary) {
            return Payloads.read(session.version(), text(body));
        }
        return switch (session.version()) {
            case V3 -> Payloads.readBinary(body);
            case V4 -> throw new BadPacket("a binary body");
        };
    }

    private static String text(byte[] body) {
        if (!ByteBufUtil.isText(Unpooled.wrappedBuffer(body), StandardCharsets.UTF_8)) {
            throw new BadPacket("invalid UTF-8");
        }
        return new String(body, StandardCharsets.UTF_8);
    }

    private static RequestRefused refused(EngineSession session, BadPacket bad) {
        session.refuse(bad);
        return new RequestRefused(EngineError.BAD_REQUEST, "Bad request: " + bad.why());
    }

    private static byte[] bytes(DataBuffer buffer) {
        var bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private static Mono<Void> answer(ServerWebExchange exchange, EngineVersion version, List<OutgoingPacket> packets) {
        return answer(exchange, HttpStatus.OK, TEXT, Payloads.write(version, packets));
    }

    private static Mono<Void> answer(ServerWebExchange exchange, HttpStatus status, MediaType type, byte[] body) {
        var response = exchange.getResponse();
        response.setStatusCode(status);
        response.getHeaders().setContentType(type);
        response.getHeaders().setContentLength(body.length);
        response.getHeaders().setCacheControl(CacheControl.noStore());
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }
}
