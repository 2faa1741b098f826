package koine.protocol.http;

import static koine.protocol.http.Errors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import koine.testing.Api;
import koine.testing.Api.Answer;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.JsonNode;

/// A send with a key, tried again: the same message, stored once and announced once.
@KoineTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SendKeyTest {

    private static final AtomicInteger COUNT = new AtomicInteger();

    @LocalServerPort
    private int port;

    @Autowired
    private DatabaseClient database;

    private Api api;
    private Api.User me;
    private Api.User other;
    private long chat;
    private long elsewhere;
    private String key;

    @BeforeAll
    void signIn() {
        api = new Api(port);
        me = api.register("key");
        other = api.register("key");
        chat = api.privateChat(me, other);
        elsewhere = group("g");
    }

    @BeforeEach
    void newKey() {
        key = "key " + COUNT.incrementAndGet();
    }

    @Test
    void send_sameKeyAgain_answersTheSameMessageAndStoresItOnce() {
        var first = send(me, chat, "hello", key).ok();

        assertThat(send(me, chat, "hello", key).ok()).isEqualTo(first);
        assertThat(sendWithHeader("hello", key).ok()).isEqualTo(first);
        assertThat(storedUnder(key)).isEqualTo(1);
    }

    @Test
    void send_sameKeyInHeaderAndBody_isOneKey() {
        var body = Map.of("contents", "hello", "key", key);

        var first = post(me, chat, body, Map.of("Idempotency-Key", key)).ok();

        assertThat(send(me, chat, "hello", key).ok()).isEqualTo(first);
    }

    @Test
    void send_otherKeyInHeaderThanInBody_isInvalidAndStoresNothing() {
        var body = Map.of("contents", "hello", "key", key);

        var answer = post(me, chat, body, Map.of("Idempotency-Key", key + "x"));

        assertRefused(answer, 400, "INVALID_REQUEST", "key");
        assertThat(storedUnder(key) + storedUnder(key + "x")).isZero();
    }

    @Test
    void send_sameKeyOtherContents_isAConflictAndChangesNothing() {
        var first = send(me, chat, "hello", key).ok();

        assertRefused(send(me, chat, "Hello", key), 409, "CONFLICT");
        assertRefused(send(me, chat, "hello ", key), 409, "CONFLICT");

        assertThat(newest(chat)).isEqualTo(first);
    }

    @Test
    void send_sameKeyOtherChat_isAConflictAndChangesNothing() {
        send(me, chat, "hello", key).ok();

        assertRefused(send(me, elsewhere, "hello", key), 409, "CONFLICT");

        assertThat(api.get("/chat/" + elsewhere + "/messages", me.token())
                        .ok()
                        .path("count")
                        .intValue())
                .isZero();
    }

    /// A chat that one is not in stays one that does not exist, whatever the key.
    @Test
    void send_newKeyInAChatOfOthers_doesNotExist() {
        assertRefused(send(api.register("key"), chat, "hello", key), 404, "CHAT_DOES_NOT_EXIST");
        assertThat(storedUnder(key)).isZero();
    }

    @Test
    void send_sameKeyOfAnotherAuthor_isAnotherMessage() {
        var mine = send(me, chat, "hello", key).ok();

        var theirs = send(other, chat, "hello", key).ok();

        assertThat(theirs.path("id")).isNotEqualTo(mine.path("id"));
        assertThat(theirs.path("author_id").longValue()).isEqualTo(other.id());
        assertThat(send(me, chat, "hello", key).ok()).isEqualTo(mine);
        assertThat(send(other, chat, "hello", key).ok()).isEqualTo(theirs);
    }

    @Test
    void send_keysThatDifferInCaseOrSpace_areDifferent() {
        var ids = List.of(key, key.toUpperCase(Locale.ROOT), key + " ", " " + key).stream()
                .map(each -> send(me, chat, "hello", each).ok().path("id").longValue())
                .toList();

        assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    void send_withoutKeyTwice_isTwoMessages() {
        var body = Map.of("contents", "hello");

        assertThat(post(me, chat, body, Map.of()).ok().path("id"))
                .isNotEqualTo(post(me, chat, body, Map.of()).ok().path("id"));
    }

    @Test
    void send_sameKeyAfterTheWorldHasMovedOn_answersTheFirstMessageAsItIsNow() {
        var first = send(me, chat, "hello", key).ok();
        send(other, chat, "later", key + "y").ok();
        api.call("PATCH", "/user/bio", me.token(), Map.of("bio", "new"), Map.of())
                .ok();
        assertThat(send(me, chat, "hello", key).ok()).isEqualTo(first);

        edit(first, "edited");

        var again = send(me, chat, "hello", key).ok();
        assertThat(again.path("id")).isEqualTo(first.path("id"));
        assertThat(again.path("seq")).isEqualTo(first.path("seq"));
        assertThat(again.path("contents").stringValue()).isEqualTo("edited");
        assertThat(again.path("edited_at").isNull()).isFalse();
        assertRefused(send(me, chat, "edited", key), 409, "CONFLICT");
    }

    @Test
    void send_sameKeyAfterItsDeletion_answersTheTombstone() {
        var first = send(me, chat, "hello", key).ok();
        api.call("DELETE", "/message/" + first.path("id").longValue(), me.token(), null, Map.of())
                .ok();

        var again = send(me, chat, "hello", key).ok();

        assertThat(again.propertyNames()).containsExactlyElementsOf(first.propertyNames());
        for (var field : List.of("id", "created_at", "author_id", "chat_id", "seq")) {
            assertThat(again.path(field)).as(field).isEqualTo(first.path(field));
        }
        assertThat(again.path("contents").isNull()).isTrue();
        assertThat(again.path("deleted_at").stringValue()).matches("\\d{4}-.*\\.\\d{6}\\+00:00");
        assertThat(storedUnder(key)).isEqualTo(1);
        assertRefused(send(me, elsewhere, "hello", key), 409, "CONFLICT");
    }

    @Test
    void send_sameKeyManyTimesAtOnce_storesAndAnnouncesOne() {
        try (var client = EventClient.live(port, other.token())) {
            var answers = IntStream.range(0, 8)
                    .parallel()
                    .mapToObj(_ -> send(me, chat, "hello", key).ok())
                    .toList();
            send(me, chat, "fence", key + "y").ok();

            assertThat(answers).containsOnly(answers.getFirst());
            assertThat(storedUnder(key)).isEqualTo(1);
            assertThat(client.await("message").path("message")).isEqualTo(answers.getFirst());
            assertThat(client.await("message").path("message").path("contents").stringValue())
                    .isEqualTo("fence");
        }
    }

    @Test
    void send_refusedFirst_leavesTheKeyFree() {
        assertRefused(send(me, 999_999_999_999L, "hello", key), 404, "CHAT_DOES_NOT_EXIST");
        assertRefused(send(me, chat, "", key), 400, "INVALID_REQUEST", "contents");

        assertThat(send(me, chat, "hello", key).ok().path("contents").stringValue())
                .isEqualTo("hello");
    }

    private Answer send(Api.User author, long to, String contents, String key) {
        return post(author, to, Map.of("contents", contents, "key", key), Map.of());
    }

    private Answer sendWithHeader(String contents, String key) {
        return post(me, chat, Map.of("contents", contents), Map.of("Idempotency-Key", key));
    }

    private Answer post(Api.User author, long to, Map<String, String> body, Map<String, String> headers) {
        return api.call("POST", "/chat/" + to + "/message", author.token(), body, headers);
    }

    private long group(String name) {
        var body = Map.of("with_ids", List.of(other.id()), "name", name);
        return api.post("/chat/group/create", me.token(), body).ok().path("id").longValue();
    }

    private JsonNode newest(long in) {
        return api.get("/chat/" + in + "/messages?before=latest&limit=1", me.token())
                .ok()
                .path("messages")
                .path(0);
    }

    private void edit(JsonNode message, String contents) {
        database.sql("update message set contents = $2, edited_at = now(), updated_at = now() where id = $1")
                .bind("$1", message.path("id").longValue())
                .bind("$2", contents)
                .then()
                .block();
    }

    private long storedUnder(String key) {
        return database.sql("select count(*) from message where key = $1 and author_id = $2")
                .bind("$1", key)
                .bind("$2", me.id())
                .mapValue(Long.class)
                .one()
                .blockOptional()
                .orElseThrow();
    }
}
