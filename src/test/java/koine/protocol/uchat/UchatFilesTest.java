package koine.protocol.uchat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import koine.testing.Api;
import koine.testing.Api.User;
import koine.testing.Images;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.JsonNode;

/// Files in frames, large frames, and long histories: what a socket may take of the server's memory.
@KoineTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UchatFilesTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String MARK = "select read_seq from member where chat_id = $1 and account_id = $2";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @Autowired
    private BeanFactory service;

    @Autowired
    private DatabaseClient database;

    @Autowired
    private MeterRegistry meters;

    private final List<AutoCloseable> clients = new ArrayList<>();
    private Api api = new Api(0);
    private User ann = new User(0, "", "");
    private User ben = new User(0, "", "");

    @BeforeAll
    void people() {
        api = new Api(port);
        var people = new People(service).manyWithPassword("files", 2);
        ann = people.get(0);
        ben = people.get(1);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (var client : clients) {
            client.close();
        }
        await().atMost(SOON).until(() -> largeFrames() == 0);
    }

    @Test
    void file_ofMegabytes_arrivesAsItIs() throws Exception {
        var contents = new byte[5_900_000];
        new Random(7).nextBytes(contents);
        var anns = login(ann);
        var bens = login(ben);
        var room = anns.room(ben);

        var id = anns.said(room, "FILE", "data:application/x-thing;base64," + base64(contents));

        var shown = bens.socket().await(frame -> frame.path("message_id").asLong(0) == id);
        assertThat(shown.path("msg_type").asString("")).isEqualTo("FILE");
        assertThat(shown.path("file_name").asString("")).isEqualTo("file");
        assertThat(shown.path("content_type").asString("")).isNotEmpty();
        assertThat(shown.path("size").longValue()).isEqualTo(contents.length);
        assertThat(file(ben, shown)).isEqualTo(contents);
        assertThat(bens.read(room, "ALL")).last().hasToString(shown.toString());
    }

    @Test
    void image_withAName_isAnImageAndOthersAreRefusedAsOne() throws Exception {
        var anns = login(ann);
        var bens = login(ben);
        var room = anns.room(ben);
        var picture = Images.png(8, 6);

        anns.send(Map.of(
                "type",
                "SND_MSG",
                "username",
                ann.username(),
                "room_id",
                room,
                "message",
                "data:image/png;base64," + base64(picture),
                "msg_type",
                "IMAGE",
                "file_name",
                "cat.png"));

        var id = anns.next().path("message_id").asLong(0);
        var shown = bens.socket().await(frame -> frame.path("message_id").asLong(0) == id);
        assertThat(shown)
                .hasToString(("{\"type\":\"READ_MSG\",\"status\":\"OK\",\"room_id\":%d,\"message_id\":%d,"
                                + "\"msg_type\":\"IMAGE\",\"message\":\"%s\",\"date\":\"%s\",\"file_name\":\"cat.png\","
                                + "\"content_type\":\"image/png\",\"size\":%d,\"sender\":\"%s\"}")
                        .formatted(
                                room,
                                id,
                                shown.path("message").asString(""),
                                shown.path("date").asString(""),
                                shown.path("size").longValue(),
                                ann.username()));
        assertThat(shown.path("message").asString("")).matches("/media/[0-9]+");
        anns.say(room, "IMAGE", "data:image/png;base64," + base64("no picture".getBytes(StandardCharsets.UTF_8)));
        assertThat(anns.next().path("status").asString("")).isEqualTo("FAIL");
        anns.say(room, "FILE", "data:;base64,a+b*");
        assertThat(anns.next().path("error").asString("")).contains("no base64");
    }

    @Test
    void file_uploadedBefore_isSentByItsIdAndOnlyByItsOwner() {
        var uploaded = api.call("POST", "/media", ann.token(), "hello", Map.of("Content-Type", "text/plain"))
                .ok()
                .path("id")
                .longValue();
        var anns = login(ann);
        var bens = login(ben);
        var room = anns.room(ben);

        var id = anns.said(room, "FILE", "" + uploaded);
        anns.said(room, "FILE", uploaded);

        var shown = bens.socket().await(frame -> frame.path("message_id").asLong(0) == id);
        assertThat(shown.path("message").asString("")).isEqualTo("/media/" + uploaded);
        bens.socket().await(frame -> frame.path("message_id").asLong(0) > id);
        bens.say(room, "FILE", uploaded);
        assertThat(bens.next().path("status").asString("")).isEqualTo("FAIL");
    }

    @Test
    void frame_largeAndSignedOut_closesTheSocketBeforeItHasCome() {
        var client = keep(Uchat.open(port));

        client.send(Map.of("type", "REQUEST_LOGIN", "login", "x".repeat(70_000), "pass", "x"));

        assertThat(client.socket().awaitClosed().code()).isEqualTo(4413);
        assertThat(largeFrames()).isZero();
    }

    @Test
    void fragments_largeAndSignedOut_closeTheSocket() throws Exception {
        var closed = new CompletableFuture<Integer>();
        var socket = raw(new Closing(closed));
        try {
            for (int i = 0; i < 20; i++) {
                socket.sendText("x".repeat(10_000), false).join();
            }
        } catch (RuntimeException e) {
            assertThat(closed).as("closed while it was sending: " + e).succeedsWithin(SOON);
        }
        assertThat(closed.get()).isEqualTo(4413);
    }

    @Test
    void frame_overTheLimit_closesTheSocket() {
        var client = login(ann);

        client.send(Map.of("type", "SEARCH_USER", "user", "x".repeat(9_000_000)));

        assertThat(client.socket().awaitClosed().code()).isEqualTo(4413);
    }

    @Test
    void frame_largeWithoutAFile_isRefusedAndTheSocketStaysOpen() {
        var client = login(ann);

        client.send(Map.of("type", "SEARCH_USER", "user", "x".repeat(1_000_000)));
        client.assertFails("SEARCH_USER", "invalid field: user");
        client.send("{\"type\":\"SEARCH_USER\",\"more\":[" + "[],".repeat(100_000) + "[]],\"user\":\"x\"}");
        client.assertNext("{\"type\":\"ERROR\",\"error\":\"malformed JSON\"}");
        client.assertNothingCame();
    }

    /// Nobody has so many large frames on their way that others' memory is gone.
    @Test
    void frames_moreThanThereIsRoomFor_closeTheirSocket() {
        var sockets = IntStream.range(0, 9).mapToObj(_ -> new Signed()).toList();
        await().atMost(SOON).until(() -> largeFrames() == 0); // those of other tests have given theirs back

        sockets.forEach(socket -> socket.beginLarge());

        await().atMost(SOON)
                .until(() -> sockets.stream()
                                .filter(socket -> socket.closed.isDone())
                                .count()
                        == 1);
        var refused = sockets.stream()
                .filter(socket -> socket.closed.isDone())
                .findFirst()
                .orElseThrow();
        assertThat(refused.closed.join()).isEqualTo(1013);
        assertThat(largeFrames()).isEqualTo(8);
        sockets.forEach(socket -> socket.socket.abort());
        await().atMost(SOON).until(() -> largeFrames() == 0);
    }

    /// Ten thousand messages of two thousand characters are twenty megabytes: no buffer on the way has room for them.
    @Test
    void readAll_byAClientThatTakesNothing_waitsForIt() {
        var count = 10_000;
        var eve = new People(service).oneWithPassword("eve");
        var room = api.privateChat(eve, ben);
        Histories.fill(database, room, eve, count);
        var slow = new Signed(ben);

        slow.socket
                .sendText("{\"type\":\"READ_MSG\",\"read\":\"ALL\",\"room_id\":" + room + "}", true)
                .join();
        await().atMost(SOON).until(() -> readMark(room, ben) > 0);
        var last = new AtomicLong();
        await().pollInterval(Duration.ofMillis(500))
                .atMost(SOON)
                .until(() -> readMark(room, ben) == last.getAndSet(readMark(room, ben)));

        assertThat(readMark(room, ben)).isLessThan(count);
        slow.socket.request(Long.MAX_VALUE);
        await().atMost(SOON).until(() -> readMark(room, ben) == count);
        await().atMost(SOON).until(() -> slow.frames.get() >= count + 1);
    }

    @Test
    void readAll_whileOthersWrite_tellsEachMessage() {
        var count = 3_000;
        var eve = new People(service).oneWithPassword("eve");
        var room = api.privateChat(eve, ben);
        Histories.fill(database, room, eve, count);
        var eves = login(eve);
        var bens = login(ben);

        bens.send(Map.of("type", "READ_MSG", "read", "ALL", "room_id", room));
        for (int i = 0; i < 50; i++) {
            eves.said(room, "TEXT", "live " + i);
        }

        var seen = new ArrayList<JsonNode>();
        while (seen.stream().noneMatch(frame -> frame.path("end").asBoolean(false)) || seen.size() < count + 51) {
            seen.add(bens.next());
        }
        assertThat(seen.stream()
                        .map(frame -> frame.path("message_id").asLong(0))
                        .distinct())
                .hasSizeGreaterThanOrEqualTo(count + 50);
    }

    private long readMark(long room, User user) {
        return Objects.requireNonNull(database.sql(MARK)
                .bind("$1", room)
                .bind("$2", user.id())
                .mapValue(Long.class)
                .one()
                .block(SOON));
    }

    private double largeFrames() {
        return meters.get("koine.socket.large.frames").gauge().value();
    }

    private byte[] file(User reader, JsonNode message) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(
                        "http://localhost:" + port + message.path("message").asString("")))
                .header("Authorization", "Bearer " + reader.token())
                .build();
        return HTTP.send(request, BodyHandlers.ofByteArray()).body();
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private Uchat login(User user) {
        return keep(Uchat.login(port, user));
    }

    private <T extends AutoCloseable> T keep(T client) {
        clients.add(client);
        return client;
    }

    private WebSocket raw(WebSocket.Listener listener) {
        return HTTP.newWebSocketBuilder()
                .buildAsync(URI.create("ws://localhost:" + port + "/uchat"), listener)
                .join();
    }

    private record Closing(CompletableFuture<Integer> closed) implements WebSocket.Listener {

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return CompletableFuture.completedFuture(null);
        }
    }

    /// A socket on which somebody has signed in, and that takes no more frames than it is told to.
    private final class Signed implements WebSocket.Listener {

        private final CompletableFuture<Void> in = new CompletableFuture<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final AtomicInteger frames = new AtomicInteger(-1);
        private final WebSocket socket;

        Signed() {
            this(ann);
            socket.request(10);
        }

        Signed(User user) {
            socket = raw(this);
            clients.add(socket::abort);
            socket.sendText(
                            "{\"type\":\"REQUEST_LOGIN\",\"login\":\"%s\",\"pass\":\"secret\"}"
                                    .formatted(user.username()),
                            true)
                    .join();
            in.join();
        }

        /// More than a small frame has, but not the end of it.
        void beginLarge() {
            assertThat(socket.sendText("{\"type\":\"SEARCH_USER\",\"user\":\"" + "x".repeat(100_000), false))
                    .succeedsWithin(SOON);
        }

        @Override
        public void onOpen(WebSocket opened) {
            opened.request(1);
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            if (last) {
                frames.incrementAndGet();
                in.complete(null);
            }
            if (!last) {
                from.request(1);
            }
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(code);
            return CompletableFuture.completedFuture(null);
        }
    }
}
