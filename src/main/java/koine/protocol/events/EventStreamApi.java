package koine.protocol.events;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import koine.auth.SignedIn;
import koine.delivery.Deliveries;
import koine.delivery.Frame;
import koine.delivery.LiveConnection;
import koine.kernel.Cursor;
import koine.kernel.Refused;
import koine.limit.Cap;
import koine.limit.Caps;
import koine.limit.ClientAddress;
import koine.log.Head;
import koine.log.Log;
import koine.protocol.Upgrades;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The socket's events as a stream of Server-Sent Events, for clients that only listen. An event's `data`
/// is what the socket would send, byte for byte, and its `id` is the cursor, so that `Last-Event-ID`
/// resumes.
@RestController
class EventStreamApi {

    /// How long a client may take for the end of its stream before it is cut off.
    private static final Duration REST = Duration.ofSeconds(1);

    private static final byte[] COMMENT = ": heartbeat\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Callers callers;
    private final Deliveries deliveries;
    private final Log log;
    private final NativeFrames frames;
    private final Caps caps;

    EventStreamApi(Callers callers, Deliveries deliveries, Log log, NativeFrames frames, Caps caps) {
        this.callers = callers;
        this.deliveries = deliveries;
        this.log = log;
        this.frames = frames;
        this.caps = caps;
    }

    @GetMapping("/events")
    Mono<Void> stream(
            ServerWebExchange exchange,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId) {
        return callers.of(exchange.getRequest())
                .zipWith(log.head(), (who, head) -> new Start(who, head, since(lastEventId, head)))
                .flatMap(start -> Mono.deferContextual(context ->
                        caps.holding(Cap.CONNECTIONS, ClientAddress.networkIn(context), serve(start, exchange))));
    }

    private record Start(SignedIn who, Head head, Cursor since) {}

    /// A stream that the server ends is dropped if its client does not take the end.
    private Mono<Void> serve(Start start, ServerWebExchange exchange) {
        return Mono.using(
                () -> deliveries.open(start.who().account(), start.who().session(), frames),
                connection -> Mono.firstWithSignal(
                        write(events(connection, start), exchange.getResponse()),
                        connection
                                .ending()
                                .delayElement(REST)
                                .doOnNext(_ -> Upgrades.drop(exchange.getRequest()))
                                .then(Mono.never())),
                LiveConnection::close);
    }

    /// Nothing, or an empty id, means from now.
    private static Cursor since(@Nullable String lastEventId, Head head) {
        return lastEventId == null || lastEventId.isEmpty()
                ? head.cursor()
                : Cursor.parse(lastEventId).orElseThrow(() -> Refused.invalid("Last-Event-ID", "is no cursor"));
    }

    /// A client whose cursor can't be followed is told so, and goes on from now: it loads its first screen
    /// meanwhile.
    private Flux<Frame> events(LiveConnection connection, Start start) {
        var head = start.head();
        return head.canFollow(start.since())
                ? events(connection, Mono.empty(), start.since())
                : events(connection, connection.write(frames.reset(null, head.cursor())), head.cursor());
    }

    private Flux<Frame> events(LiveConnection connection, Mono<Void> first, Cursor from) {
        return Flux.merge(follow(connection, first, from), written(connection)).takeUntilOther(connection.ending());
    }

    /// Nobody answers on a stream: that a beat was taken has to do as a sign of life.
    private static Flux<Frame> written(LiveConnection connection) {
        return connection.outgoing().doOnNext(frame -> {
            if (frame == Frame.BEAT) {
                connection.heard();
            }
        });
    }

    /// Gives no frame of its own: all of them go through the connection, in order.
    private Mono<Frame> follow(LiveConnection connection, Mono<Void> first, Cursor from) {
        return first.then(connection.follow(
                        from.position(),
                        position -> Optional.of(frames.synced(null, new Cursor(from.epoch(), position)))))
                .then(Mono.empty());
    }

    private Mono<Void> write(Flux<Frame> events, ServerHttpResponse response) {
        response.getHeaders().setContentType(MediaType.TEXT_EVENT_STREAM);
        response.getHeaders().setCacheControl(CacheControl.noStore());
        response.getHeaders().set("X-Accel-Buffering", "no"); // or nginx holds events back
        var factory = response.bufferFactory();
        return response.writeAndFlushWith(events.map(frame -> Mono.just(event(frame, factory))));
    }

    /// JSON has no line breaks of its own here, so it is one line of data. The buffer is not a pooled
    /// one: what is on its way when a stream is cancelled is released by nobody.
    private DataBuffer event(Frame frame, DataBufferFactory factory) {
        if (frame == Frame.BEAT) {
            return factory.wrap(COMMENT);
        }
        var id = frame.hasPosition() ? "id: " + log.cursorAt(frame.position()) + "\n" : "";
        var event = new ByteArrayOutputStream(frame.bytes().length + 64);
        event.writeBytes(id.getBytes(StandardCharsets.US_ASCII));
        event.writeBytes(DATA);
        event.writeBytes(frame.bytes());
        event.writeBytes(END);
        return factory.wrap(event.toByteArray());
    }
}
