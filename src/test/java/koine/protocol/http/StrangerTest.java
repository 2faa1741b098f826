package koine.protocol.http;

import static koine.protocol.http.Errors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import koine.testing.Api;
import koine.testing.Api.Answer;
import koine.testing.KoineTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.JsonNode;

/// Somebody who was never a member tries every call on a chat or on a message in it. The answer is the very one
/// for a chat that does not exist, and nothing is changed.
@KoineTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StrangerTest {

    private static final long NO_SUCH_ID = 999_999_999_999L;

    @LocalServerPort
    private int port;

    @Autowired
    private DatabaseClient database;

    private Api api;
    private Api.User owner;
    private Api.User member;
    private Api.User stranger;
    private long group;
    private long privateChat;
    private long message;
    private long privateMessage;

    /// @param path with `{chat}` and `{message}`
    private record Intrusion(String method, String path, Object body, String code) {

        @Override
        public String toString() {
            return method + " " + path + " " + body;
        }
    }

    @BeforeAll
    void makeChats() {
        api = new Api(port);
        owner = api.register("owner");
        member = api.register("member");
        stranger = api.register("stranger");
        group = api.post("/chat/group/create", owner.token(), Map.of("with_ids", List.of(member.id()), "name", "g"))
                .ok()
                .path("id")
                .longValue();
        privateChat = api.privateChat(owner, member);
        message = send(group, "key-1");
        privateMessage = send(privateChat, "key-2");
    }

    static Stream<Intrusion> intrusions() {
        return Stream.of(
                new Intrusion("GET", "/chat/{chat}", "", "CHAT_DOES_NOT_EXIST"),
                new Intrusion("GET", "/chat/{chat}/messages", "", "CHAT_DOES_NOT_EXIST"),
                new Intrusion("GET", "/chat/{chat}/messages?cursor=0&limit=100", "", "CHAT_DOES_NOT_EXIST"),
                new Intrusion("GET", "/chat/{chat}/messages?before=latest", "", "CHAT_DOES_NOT_EXIST"),
                new Intrusion("GET", "/chat/{chat}/messages?before={message}", "", "CHAT_DOES_NOT_EXIST"),
                new Intrusion("POST", "/chat/{chat}/message", Map.of("contents", "hi"), "CHAT_DOES_NOT_EXIST"),
                new Intrusion(
                        "POST",
                        "/chat/{chat}/message",
                        Map.of("contents", "secret", "key", "key-1"),
                        "CHAT_DOES_NOT_EXIST"),
                new Intrusion("DELETE", "/message/{message}", "", "MESSAGE_DOES_NOT_EXIST"));
    }

    @ParameterizedTest
    @MethodSource("intrusions")
    void stranger_anyCall_learnsAndChangesNothing(Intrusion intrusion) {
        var before = state();

        var answers = List.of(
                call(intrusion, stranger, group, message),
                call(intrusion, stranger, privateChat, privateMessage),
                call(intrusion, stranger, NO_SUCH_ID, NO_SUCH_ID));

        answers.forEach(answer -> assertRefused(answer, 404, intrusion.code()));
        assertThat(answers)
                .extracting(Answer::body)
                .containsOnly(answers.getLast().body());
        assertThat(state()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("intrusions")
    void nobody_anyCall_isNotAuthenticatedAndChangesNothing(Intrusion intrusion) {
        var before = state();

        assertRefused(call(intrusion, null, group, message), 401, "NOT_AUTHENTICATED");
        assertThat(state()).isEqualTo(before);
    }

    /// The position of another entry of the log is no message either.
    @Test
    void delete_positionOfAnotherEvent_doesNotExist() {
        var position = database.sql("select min(position) from event where chat_id = $1")
                .bind("$1", group)
                .mapValue(Long.class)
                .one()
                .blockOptional()
                .orElseThrow();

        assertRefused(
                api.call("DELETE", "/message/" + position, owner.token(), null, Map.of()),
                404,
                "MESSAGE_DOES_NOT_EXIST");
    }

    @Test
    void stranger_ownLists_haveNothingOfIt() {
        var chats = api.get("/user/chats", stranger.token()).ok();

        assertThat(chats.path("count").intValue()).isZero();
    }

    /// A member who leaves is a stranger from then on.
    @Test
    void formerMember_anyCall_isRefusedAsAStranger() {
        var guest = api.register("guest");
        var chat = api.privateChat(guest, owner);
        var sent = api.post("/chat/" + chat + "/message", guest.token(), Map.of("contents", "mine"))
                .ok()
                .path("id")
                .longValue();
        database.sql("delete from member where chat_id = $1 and account_id = $2")
                .bind("$1", chat)
                .bind("$2", guest.id())
                .then()
                .block();

        intrusions().forEach(intrusion -> assertRefused(call(intrusion, guest, chat, sent), 404, intrusion.code()));
    }

    private Answer call(Intrusion intrusion, Api.@Nullable User who, long chat, long id) {
        var path = intrusion.path().replace("{chat}", "" + chat).replace("{message}", "" + id);
        var body = intrusion.body().equals("") ? null : intrusion.body();
        return api.call(intrusion.method(), path, who == null ? null : who.token(), body, Map.of());
    }

    /// All that a member sees of the two chats, and how many messages there are of the stranger.
    private List<Object> state() {
        return List.of(
                see("/user/chats"),
                see("/chat/" + group),
                see("/chat/" + group + "/messages"),
                see("/chat/" + privateChat),
                see("/chat/" + privateChat + "/messages"),
                database.sql("select count(*) from message where author_id = $1")
                        .bind("$1", stranger.id())
                        .mapValue(Long.class)
                        .one()
                        .blockOptional()
                        .orElseThrow());
    }

    private JsonNode see(String path) {
        return api.get(path, member.token()).ok();
    }

    private long send(long chat, String key) {
        return api.post("/chat/" + chat + "/message", owner.token(), Map.of("contents", "secret", "key", key))
                .ok()
                .path("id")
                .longValue();
    }
}
