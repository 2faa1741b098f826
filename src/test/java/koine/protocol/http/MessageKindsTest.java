package koine.protocol.http;

import static koine.protocol.http.Errors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import koine.testing.Api;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.JsonNode;

/// Messages that bring a file, or answer another one.
@KoineTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MessageKindsTest {

    private static final String SVG = "<svg xmlns='http://www.w3.org/2000/svg'></svg>";

    @LocalServerPort
    private int port;

    @Autowired
    private DatabaseClient database;

    private Api api;
    private Api.User ann;
    private Api.User bob;
    private Api.User eve;
    private long chat;
    private long elsewhere;

    @BeforeAll
    void makeChats(@Autowired BeanFactory service) {
        var people = new People(service);
        api = new Api(port);
        ann = people.one("ann");
        bob = people.one("bob");
        eve = people.one("eve");
        chat = api.privateChat(ann, bob);
        elsewhere = api.privateChat(ann, eve);
    }

    @Test
    void send_file_showsItEverywhereToMembersAndToNobodyElse() {
        var media = upload(ann, "words");
        var url = media.path("url").stringValue();
        assertRefused(api.get(url, bob.token()), 404, "MEDIA_DOES_NOT_EXIST");
        try (var socket = EventClient.live(port, bob.token())) {
            var sent = send(ann, chat, Map.of("kind", "file", "media_id", id(media)))
                    .ok();

            assertThat(sent.path("kind").stringValue()).isEqualTo("file");
            assertThat(sent.path("contents").stringValue()).isEmpty();
            assertThat(sent.path("media")).isEqualTo(media);
            assertThat(socket.await("message").path("message")).isEqualTo(sent);
            assertThat(newest(bob)).isEqualTo(sent);
            assertThat(api.get("/chat/" + chat, bob.token()).ok().path("last_message"))
                    .isEqualTo(sent);
        }
        assertThat(api.call("HEAD", url, bob.token(), null, Map.of()).status()).isEqualTo(200);
        assertRefused(api.get(url, eve.token()), 404, "MEDIA_DOES_NOT_EXIST");
    }

    @Test
    void send_overTheSocket_takesTheSameFields() {
        var media = upload(ann, SVG);
        var first = send(ann, chat, Map.of("contents", "first")).ok();
        try (var socket = EventClient.live(port, ann.token())) {
            socket.send(Map.of(
                    "type",
                    "message.send",
                    "ref",
                    "s",
                    "chat_id",
                    chat,
                    "contents",
                    "look",
                    "kind",
                    "file",
                    "media_id",
                    id(media),
                    "reply_to",
                    id(first)));

            var sent = socket.await("ok").path("message");

            assertThat(sent.path("media")).isEqualTo(media);
            assertThat(sent.path("reply_to")).isEqualTo(first.path("id"));
            assertThat(newest(bob)).isEqualTo(sent);
        }
    }

    @Test
    void send_withWhatDoesNotGoTogether_isInvalid() {
        var media = id(upload(ann, SVG));
        var file = Map.of("kind", "file", "contents", "x");
        var noImage = Map.of("kind", "image", "media_id", media);
        var textWithMedia = Map.of("contents", "x", "media_id", media);
        var unknown = Map.of("kind", "hologram", "contents", "x");

        assertRefused(send(ann, chat, file), 400, "INVALID_REQUEST", "media_id");
        assertRefused(send(ann, chat, noImage), 400, "INVALID_REQUEST", "media_id");
        assertRefused(send(ann, chat, textWithMedia), 400, "INVALID_REQUEST", "media_id");
        assertRefused(send(ann, chat, unknown), 400, "INVALID_REQUEST", "kind");
        assertRefused(send(ann, chat, Map.of("contents", "x", "reply_to", 0)), 400, "INVALID_REQUEST", "reply_to");
    }

    @Test
    void send_aFileOfSomebodyElse_doesNotExist() {
        var media = id(upload(ann, "mine"));
        send(ann, chat, Map.of("kind", "file", "media_id", media)).ok();

        assertRefused(send(bob, chat, Map.of("kind", "file", "media_id", media)), 404, "MEDIA_DOES_NOT_EXIST");
        assertRefused(
                send(bob, chat, Map.of("kind", "file", "media_id", 999_999_999_999L)), 404, "MEDIA_DOES_NOT_EXIST");
        assertRefused(send(bob, elsewhere, Map.of("kind", "file", "media_id", media)), 404, "CHAT_DOES_NOT_EXIST");
    }

    @Test
    void send_reply_isToAMessageOfTheSameChatThatIsThere() {
        var here = send(bob, chat, Map.of("contents", "question")).ok();
        var there = send(ann, elsewhere, Map.of("contents", "elsewhere")).ok();
        var gone = send(bob, chat, Map.of("contents", "gone")).ok();
        delete(bob, gone);

        var reply = send(ann, chat, Map.of("contents", "answer", "reply_to", id(here)))
                .ok();

        assertThat(reply.path("reply_to")).isEqualTo(here.path("id"));
        assertThat(reply.path("kind").stringValue()).isEqualTo("text");
        assertThat(newest(bob)).isEqualTo(reply);
        for (var other : List.of(there, gone)) {
            assertRefused(
                    send(ann, chat, Map.of("contents", "answer", "reply_to", id(other))),
                    404,
                    "MESSAGE_DOES_NOT_EXIST");
        }
    }

    @Test
    void send_sameKey_isTheSameOnlyWithTheSameKindMediaAndReply() {
        var one = id(upload(ann, "one"));
        var other = id(upload(ann, "other"));
        var first = Map.<String, Object>of("kind", "file", "media_id", one, "contents", "x", "key", "same-" + one);
        var sent = send(ann, chat, first).ok();

        assertThat(send(ann, chat, first).ok()).isEqualTo(sent);
        var otherMedia =
                Map.<String, Object>of("kind", "file", "media_id", other, "contents", "x", "key", "same-" + one);
        var reply = Map.<String, Object>of(
                "kind", "file", "media_id", one, "contents", "x", "reply_to", id(sent), "key", "same-" + one);
        assertRefused(send(ann, chat, otherMedia), 409, "CONFLICT");
        assertRefused(send(ann, chat, reply), 409, "CONFLICT");
        assertRefused(send(ann, chat, Map.of("contents", "x", "key", "same-" + one)), 409, "CONFLICT");
    }

    @Test
    void delete_messageWithAFile_takesItFromMembersAndFromTheTables() {
        var media = upload(ann, "secret plan");
        var url = media.path("url").stringValue();
        var sent = send(ann, chat, Map.of("kind", "file", "media_id", id(media), "contents", "caption"))
                .ok();

        delete(ann, sent);

        assertRefused(api.get(url, bob.token()), 404, "MEDIA_DOES_NOT_EXIST");
        assertThat(database.sql("""
                                select count(*) from message
                                where id = $1 and num_nonnulls(contents, kind, media_id, media, reply_to) = 0
                                """)
                        .bind("$1", id(sent))
                        .mapValue(Long.class)
                        .one()
                        .block())
                .isEqualTo(1);
    }

    @Test
    void edit_captionOfAFile_mayBeEmptied() {
        var media = id(upload(ann, "x"));
        var sent = send(ann, chat, Map.of("kind", "file", "media_id", media, "contents", "caption"))
                .ok();
        var words = send(ann, chat, Map.of("contents", "words")).ok();

        var edited = edit(sent).ok();

        assertThat(edited.path("contents").stringValue()).isEmpty();
        assertThat(edited.path("media")).isEqualTo(sent.path("media"));
        assertRefused(edit(words), 400, "INVALID_REQUEST", "contents");
    }

    private Api.Answer edit(JsonNode message) {
        return api.call("PATCH", "/message/" + id(message), ann.token(), Map.of("contents", ""), Map.of());
    }

    private JsonNode upload(Api.User user, String contents) {
        return api.call("POST", "/media", user.token(), contents, Map.of("Content-Type", "text/plain"))
                .ok();
    }

    private Api.Answer send(Api.User author, long to, Map<String, ?> body) {
        return api.post("/chat/" + to + "/message", author.token(), body);
    }

    private void delete(Api.User user, JsonNode message) {
        api.call("DELETE", "/message/" + id(message), user.token(), null, Map.of())
                .ok();
    }

    private JsonNode newest(Api.User user) {
        return api.get("/chat/" + chat + "/messages?before=latest&limit=1", user.token())
                .ok()
                .path("messages")
                .path(0);
    }

    private static long id(JsonNode node) {
        return node.path("id").longValue();
    }
}
