package koine.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import koine.testing.Api;
import koine.testing.Api.Answer;
import koine.testing.Api.User;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import koine.testing.People;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.JsonNode;

/// Chats that keep messages only until all members have received them.
@KoineTest
@TestInstance(Lifecycle.PER_CLASS)
class RetentionTest {

    @LocalServerPort
    private int port;

    @Autowired
    private DatabaseClient database;

    private Api api;
    private User ann;
    private User bob;
    private User cleo;
    private long chat;
    private String start;

    @BeforeAll
    void people(@Autowired BeanFactory service) {
        api = new Api(port);
        var people = new People(service);
        ann = people.one("ann");
        bob = people.one("bob");
        cleo = people.one("cleo");
    }

    @BeforeEach
    void aChat() {
        chat = group("until_delivered");
        start = api.get("/sync", ann.token()).ok().path("cursor").stringValue();
    }

    @Test
    void delivered_toAll_removesTheMessageAndWhatWouldTellOfIt() {
        var said = send(ann, "secret");
        call("PATCH", "/message/" + said.path("id"), ann, Map.of("contents", "secret, edited"))
                .ok();

        mark(bob, "delivered", 1);
        mark(cleo, "read", 1);

        assertStored(0);
        assertThat(events(bob)).isEmpty();
        assertThat(history(ann)).isEmpty();
        var shown = api.get("/chat/" + chat, bob.token()).ok();
        assertThat(shown.path("last_message").isNull()).isTrue();
        assertThat(shown.path("last_seq").longValue()).isEqualTo(1);
        assertThat(shown.path("unread").longValue()).isEqualTo(1);
        assertThat(send(bob, "next").path("seq").longValue()).isEqualTo(2);
        assertRefused(
                call("PATCH", "/message/" + said.path("id"), ann, Map.of("contents", "x")),
                404,
                "MESSAGE_DOES_NOT_EXIST");
    }

    @Test
    void delivered_toSome_keepsWhatOthersHaveNotReceived() {
        send(ann, "one");
        send(ann, "two");
        send(ann, "three");

        mark(bob, "delivered", 3);
        mark(cleo, "delivered", 1);

        assertStored(2);
        assertThat(history(cleo)).containsExactly("two", "three");
        assertThat(events(cleo)).hasSize(2);
        mark(cleo, "delivered", 3);
        assertStored(0);
    }

    @Test
    void delivered_live_wasTold() {
        try (var client = EventClient.live(port, bob.token())) {
            send(ann, "hello");
            assertThat(client.await("message").path("message").path("contents").stringValue())
                    .isEqualTo("hello");
        }
    }

    @Test
    void leave_theOneWhoHadNotReceived_removesTheMessage() {
        send(ann, "hello");
        mark(bob, "delivered", 1);
        assertThat(history(cleo)).containsExactly("hello");

        call("POST", "/chat/" + chat + "/leave", cleo, null).ok();

        assertStored(0);
    }

    @Test
    void sendAgain_withTheKeyOfARemovedMessage_storesNothing() {
        var body = Map.of("contents", "once", "key", "key-" + chat);
        var first = api.post("/chat/" + chat + "/message", ann.token(), body).ok();
        mark(bob, "delivered", 1);
        mark(cleo, "delivered", 1);
        assertStored(0);

        var again = api.post("/chat/" + chat + "/message", ann.token(), body).ok();

        assertThat(again.path("id")).isEqualTo(first.path("id"));
        assertThat(again.path("contents").isNull()).isTrue();
        assertThat(api.get("/chat/" + chat, ann.token()).ok().path("last_seq").longValue())
                .isEqualTo(1);
        assertThat(count("message where chat_id = " + chat)).isEqualTo(1);
        assertThat(count("message where chat_id = " + chat + " and fingerprint is not null"))
                .isZero();
        assertRefused(
                api.post(
                        "/chat/" + group("keep") + "/message",
                        ann.token(),
                        Map.of("contents", "else", "key", "key-" + chat)),
                409,
                "CONFLICT");
    }

    @Test
    void delivered_messageWithAFileAndAKey_leavesNothingOfTheFile() {
        var media = call("POST", "/media", ann, "contents").ok();
        var url = media.path("url").stringValue();
        var body = Map.of("kind", "file", "media_id", media.path("id"), "key", "file-" + chat);
        api.post("/chat/" + chat + "/message", ann.token(), body).ok();
        assertThat(call("HEAD", url, bob, null).status()).isEqualTo(200);

        mark(bob, "delivered", 1);
        mark(cleo, "delivered", 1);

        assertStored(0);
        assertThat(count("message where chat_id = " + chat + " and num_nonnulls(kind, media_id, media) > 0"))
                .isZero();
        assertRefused(api.get(url, bob.token()), 404, "MEDIA_DOES_NOT_EXIST");
    }

    @Test
    void delivered_veryMany_removesThemAll() {
        LongStream.rangeClosed(1, 30).forEach(n -> send(ann, "m" + n));
        run("insert into message (id, chat_id, author_id, seq, contents, created_at, updated_at) "
                + "select 1000000000000 + 10000 * " + chat + " + n, " + chat + ", " + ann.id()
                + ", 30 + n, 'm', now(), now() from generate_series(1, 1200) n");
        run("insert into pending (chat_id, message_id, account_id, seq) "
                + "select chat_id, id, member, seq from message, unnest(array[" + bob.id() + ", " + cleo.id()
                + "]) member where chat_id = " + chat + " and seq > 30");
        run("update chat set last_seq = 1230 where id = " + chat);
        run("update member set delivered_seq = 1230 where chat_id = " + chat + " and account_id = " + ann.id());

        mark(bob, "delivered", 1230);
        mark(cleo, "delivered", 1230);

        assertStored(0);
    }

    @Test
    void keep_whateverIsReceived_keeps() {
        var kept = group("keep");
        api.post("/chat/" + kept + "/message", ann.token(), Map.of("contents", "stays"))
                .ok();
        send(ann, "goes");
        for (var who : List.of(bob, cleo)) {
            api.post("/chat/" + kept + "/delivered", who.token(), Map.of("seq", 1))
                    .ok();
            mark(who, "delivered", 1);
        }

        assertStored(0);
        assertThat(count("message where chat_id = " + kept)).isEqualTo(1);
    }

    @Test
    void create_privateAndRoom_takeARetention() {
        var two = api.post(
                        "/chat/private/create",
                        bob.token(),
                        Map.of("with_user_id", cleo.id(), "retention", "until_delivered"))
                .ok();
        var room = api.post(
                        "/chat/room/create",
                        bob.token(),
                        Map.of("name", "r" + System.nanoTime(), "retention", "until_delivered"))
                .ok();

        assertThat(count("chat where retention = 'until_delivered' and id in (" + two.path("id") + ", "
                        + room.path("id") + ")"))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"KEEP\"", "\"never\"", "1", "true", "[]"})
    void create_unusableRetention_isAnInvalidRequest(String retention) {
        var more = "\"retention\":" + retention + "}";

        assertRefused(
                post("/chat/private/create", "{\"with_user_id\":" + bob.id() + "," + more), 400, "INVALID_REQUEST");
        assertRefused(
                post("/chat/group/create", "{\"name\":\"n\",\"with_ids\":[" + bob.id() + "]," + more),
                400,
                "INVALID_REQUEST");
        assertRefused(post("/chat/room/create", "{\"name\":\"n\"," + more), 400, "INVALID_REQUEST");
    }

    private long group(String retention) {
        return post(
                        "/chat/group/create",
                        Map.of("with_ids", List.of(bob.id(), cleo.id()), "name", "g", "retention", retention))
                .ok()
                .path("id")
                .longValue();
    }

    private JsonNode send(User author, String contents) {
        return api.post("/chat/" + chat + "/message", author.token(), Map.of("contents", contents))
                .ok();
    }

    private void mark(User user, String which, long seq) {
        api.post("/chat/" + chat + "/" + which, user.token(), Map.of("seq", seq))
                .ok();
    }

    private List<String> history(User user) {
        return api.get("/chat/" + chat + "/messages", user.token())
                .ok()
                .path("messages")
                .valueStream()
                .map(message -> message.path("contents").stringValue())
                .toList();
    }

    /// What the log tells of messages.
    private List<JsonNode> events(User user) {
        return api.get("/sync?since=" + start, user.token())
                .ok()
                .path("events")
                .valueStream()
                .filter(event -> event.path("type").stringValue().startsWith("message"))
                .toList();
    }

    private void assertStored(long messages) {
        assertThat(count("message where contents is not null and chat_id = " + chat))
                .isEqualTo(messages);
    }

    private Answer post(String path, Object body) {
        return api.post(path, ann.token(), body);
    }

    private Answer call(String method, String path, User user, @Nullable Object body) {
        return api.call(method, path, user.token(), body, Map.of());
    }

    private static void assertRefused(Answer answer, int status, String code) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
    }

    private long count(String fromWhere) {
        return Objects.requireNonNull(database.sql("select count(*) as n from " + fromWhere)
                .map(row -> row.get("n", Long.class))
                .one()
                .block());
    }

    private void run(String sql) {
        database.sql(sql).then().block();
    }
}
