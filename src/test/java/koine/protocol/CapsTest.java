package koine.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import koine.testing.Api;
import koine.testing.Api.Answer;
import koine.testing.Api.User;
import koine.testing.EventClient;
import koine.testing.LimitedTest;
import koine.testing.People;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Flux;

/// What there may be only so much of at a time, and how much a stranger may send.
@LimitedTest
class CapsTest {

    private static final AtomicInteger ADDRESSES = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Autowired
    private ApplicationContext service;

    @LocalServerPort
    private int port;

    private Api api;

    @BeforeEach
    void connect() {
        api = new Api(port);
    }

    @Test
    void connections_moreThanAnAccountMayHave_closeTheOldest() {
        var me = new People(service).one("many-windows");
        try (var first = live(me);
                var second = live(me);
                var third = live(me);
                var fourth = live(me)) {

            assertThat(first.awaitClosed()).isEqualTo(new EventClient.Closed(4409, "too many connections"));
            for (var rest : List.of(second, third, fourth)) {
                rest.send(Map.of("type", "ping"));
                rest.await("pong");
            }
        }
    }

    @Test
    void connections_moreThanAnAddressMayHave_areRefusedUntilOneIsClosed() {
        var here = freshAddress();
        var sockets = IntStream.range(0, 4)
                .mapToObj(_ -> stranger("/pymessage", here))
                .toList();

        assertThat(EventClient.refusedStatus(() -> stranger("/uchat", here))).isEqualTo(429);

        sockets.getFirst().sayGoodbye();
        sockets.getFirst().awaitClosed();
        stranger("/uchat", here).close();
        sockets.forEach(EventClient::close);
    }

    @Test
    void eventStreams_moreThanAnAddressMayHave_areRefused() throws IOException {
        var here = freshAddress();
        var people = new People(service).many("listener", 5);
        var streams =
                people.subList(0, 4).stream().map(each -> stream(each, here)).toList();
        streams.forEach(stream -> assertThat(stream.readLine()).startsWith("HTTP/1.1 200"));

        try (var fifth = stream(people.getLast(), here)) {
            assertThat(fifth.readLine()).startsWith("HTTP/1.1 429");
        }
        for (var stream : streams) {
            stream.close();
        }
    }

    @Test
    void pollingSessions_moreThanAnAddressMayHave_areRefused() {
        var here = freshAddress();
        IntStream.range(0, 4)
                .forEach(_ -> assertThat(plain("GET", "/socket.io/?EIO=4&transport=polling", here))
                        .startsWith("HTTP/1.1 200"));

        assertThat(plain("GET", "/socket.io/?EIO=4&transport=polling", here)).startsWith("HTTP/1.1 503");
    }

    @Test
    void calls_whileTooManyWaitForPostgres_areRefusedAtOnceAndTakenAgainAfter(@Autowired ConnectionPool pool) {
        var me = new People(service).one("patient");
        api.get("/user/chats", me.token()).ok(); // whose session that is need not be looked up again
        var taken = Objects.requireNonNull(
                Flux.range(0, 10).flatMap(_ -> pool.create()).collectList().block(PATIENCE));
        try (var threads = Executors.newFixedThreadPool(8)) {
            var waiting = new ArrayList<CompletableFuture<Answer>>();
            while (waitingFor(pool) < 8) { // others may wait as well, the service's own chores say
                var before = waitingFor(pool);
                waiting.add(later(threads, me));
                await().atMost(PATIENCE).until(() -> waitingFor(pool) > before);
            }

            var refused = api.get("/user/chats", me.token());

            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.code()).isEqualTo("UNAVAILABLE");
            assertThat(refused.headers().firstValue("Retry-After")).contains("1");
            Flux.fromIterable(taken).flatMap(Connection::close).blockLast(PATIENCE);
            waiting.forEach(call -> call.join().ok());
        }
        api.get("/user/chats", me.token()).ok();
    }

    @Test
    void body_compressed_isRefused() {
        var answer = api.call("POST", "/login", null, "{}", Map.of("Content-Encoding", "gzip"));

        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.code()).isEqualTo("UNSUPPORTED_MEDIA_TYPE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/login", "/api/signin", "/media"})
    void body_inParts_isRefused(String path) {
        var body = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--\r\n";

        var answer = api.call("POST", path, null, body, Map.of("Content-Type", "multipart/form-data; boundary=x"));

        assertThat(answer.status()).isEqualTo(415);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/login", "/api/signin"})
    void json_tooDeepOrInTooManyPieces_isRefused(String path) {
        for (var value : List.of(deep(StrictJson.MAX_DEPTH), pieces(StrictJson.MAX_TOKENS))) {
            assertThat(api.post(path, null, "{\"other\":" + value + "}").status())
                    .isEqualTo(400);
        }
        assertThat(api.post("/login", null, "{\"other\":" + deep(StrictJson.MAX_DEPTH - 1) + "}")
                        .body()
                        .toString())
                .doesNotContain("malformed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ws", "/pymessage", "/uchat"})
    void json_tooDeepOnASocket_isAnsweredAndTheSocketStaysOpen(String path) {
        var me = new People(service).one("deep");
        try (var socket = EventClient.open(
                port,
                path,
                Map.of("Authorization", "Bearer " + me.token(), "X-Forwarded-For", freshAddress()),
                List.of())) {
            if (path.equals("/ws")) {
                socket.await("hello");
            }
            socket.send("{\"type\":\"ping\",\"other\":" + deep(StrictJson.MAX_DEPTH) + "}");
            assertThat(socket.next().toString()).containsIgnoringCase("json");
            socket.send("{\"type\":\"ping\",\"other\":" + deep(2) + "}");
            assertThat(socket.next().toString()).doesNotContainIgnoringCase("json");
        }
    }

    @Test
    void headers_tooLarge_areRefused() {
        assertThat(raw("GET /user/me HTTP/1.1\r\nHost: koine\r\nX-Much: " + "x".repeat(9_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431");
        assertThat(raw("GET /" + "x".repeat(5_000) + " HTTP/1.1\r\nHost: koine\r\n\r\n"))
                .startsWith("HTTP/1.1 414");
    }

    @Test
    void handshake_offeringCompression_agreesToNone() {
        var answer = raw("""
                GET /pymessage HTTP/1.1\r
                Host: localhost\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                Sec-WebSocket-Version: 13\r
                Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r
                X-Forwarded-For: %s\r
                \r
                """.formatted(freshAddress()));

        assertThat(answer).startsWith("HTTP/1.1 101").doesNotContainIgnoringCase("Sec-WebSocket-Extensions");
    }

    @Test
    void head_byteByByte_isGivenUp() throws IOException {
        try (var line = new Line(port)) {
            line.drip("GET /user/me HTTP/1.1\r\nX-Slow: " + "x".repeat(10_000));

            assertThat(line.readLine()).startsWith("HTTP/1.1 408");
        }
    }

    @Test
    void body_byteByByte_isGivenUp() throws IOException {
        try (var line = new Line(port)) {
            line.write("""
                    POST /login HTTP/1.1\r
                    Host: koine\r
                    Content-Type: application/json\r
                    Content-Length: 10000\r
                    \r
                    """);
            line.drip("{\"usernameOrEmail\":\"" + "x".repeat(9_000));

            assertThat(line.readLine()).startsWith("HTTP/1.1 408");
        }
    }

    private EventClient live(User user) {
        var socket = EventClient.open(
                port,
                "/ws",
                Map.of("Authorization", "Bearer " + user.token(), "X-Forwarded-For", freshAddress()),
                List.of());
        socket.await("hello");
        return socket;
    }

    private EventClient stranger(String path, String from) {
        return EventClient.open(port, path, Map.of("X-Forwarded-For", from), List.of());
    }

    private static int waitingFor(ConnectionPool pool) {
        return pool.getMetrics().orElseThrow().pendingAcquireSize();
    }

    private CompletableFuture<Answer> later(ExecutorService threads, User me) {
        return CompletableFuture.supplyAsync(() -> api.get("/user/chats", me.token()), threads);
    }

    private static String deep(int levels) {
        return "[".repeat(levels) + "]".repeat(levels);
    }

    private static String pieces(int count) {
        return "[" + "1,".repeat(count) + "1]";
    }

    private Line stream(User user, String from) {
        var line = new Line(port);
        line.write("GET /events HTTP/1.1\r\nHost: koine\r\nX-Forwarded-For: " + from + "\r\nAuthorization: Bearer "
                + user.token() + "\r\n\r\n");
        return line;
    }

    private String plain(String method, String path, String from) {
        return raw(method + " " + path + " HTTP/1.1\r\nHost: koine\r\nX-Forwarded-For: " + from + "\r\n\r\n");
    }

    /// The head of the answer.
    private String raw(String request) {
        try (var line = new Line(port)) {
            line.write(request);
            return line.readHead();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String freshAddress() {
        return "10.2.0." + ADDRESSES.incrementAndGet();
    }

    /// A connection over which anything may be said, at any pace.
    private static final class Line implements AutoCloseable {

        private static final int PAUSE = 20;

        private final Socket socket;

        Line(int port) {
            try {
                socket = new Socket("localhost", port);
                socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        void write(String text) {
            try {
                socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        /// Byte by byte, until the other side says something.
        void drip(String text) throws IOException {
            for (byte each : text.getBytes(StandardCharsets.ISO_8859_1)) {
                if (socket.getInputStream().available() > 0) {
                    return;
                }
                try {
                    socket.getOutputStream().write(each);
                    Thread.sleep(PAUSE);
                } catch (SocketException _) {
                    return;
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }

        String readHead() {
            var head = new StringBuilder();
            for (var line = readLine(); !line.isEmpty(); line = readLine()) {
                head.append(line).append('\n');
            }
            return head.toString();
        }

        String readLine() {
            try {
                var line = new StringBuilder();
                for (int next = socket.getInputStream().read();
                        next != -1 && next != '\n';
                        next = socket.getInputStream().read()) {
                    if (next != '\r') {
                        line.append((char) next);
                    }
                }
                return line.toString();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
