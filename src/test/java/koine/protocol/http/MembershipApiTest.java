package koine.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import koine.testing.Api;
import koine.testing.Api.Answer;
import koine.testing.Api.User;
import koine.testing.KoineTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

@KoineTest
@TestInstance(Lifecycle.PER_CLASS)
class MembershipApiTest {

    @LocalServerPort
    private int port;

    private Api api;
    private User owner;
    private User member;
    private User stranger;
    private long group;
    private long privateChat;

    @BeforeAll
    void people() {
        api = new Api(port);
        owner = api.register("owner");
        member = api.register("member");
        stranger = api.register("stranger");
        privateChat = api.privateChat(owner, member);
    }

    @BeforeEach
    void aGroup() {
        group = api.post(
                        "/chat/group/create", owner.token(), Map.of("with_ids", List.of(member.id()), "name", "people"))
                .ok()
                .path("id")
                .longValue();
    }

    @Test
    void add_somebody_answersTheChatAsItIsShown() {
        var answer = add(owner, stranger.id());

        assertThat(answer.ok()).isEqualTo(chat(owner).ok());
        assertThat(ids(answer)).containsExactly(owner.id(), member.id(), stranger.id());
        assertThat(roles(answer)).containsExactly("owner", "member", "member");
        assertThat(ids(chat(stranger))).hasSize(3);
    }

    @Test
    void add_whoIsThere_answersTheChat() {
        assertThat(ids(add(owner, member.id()))).containsExactly(owner.id(), member.id());
    }

    @Test
    void add_refused_answersWithStatusAndCode() {
        assertRefused(add(member, stranger.id()), 403, "FORBIDDEN");
        assertRefused(add(stranger, stranger.id()), 404, "CHAT_DOES_NOT_EXIST");
        assertRefused(add(owner, stranger.id(), 999_999_999), 400, "USER_NOT_EXISTS");
        assertRefused(
                api.post("/chat/" + privateChat + "/members", owner.token(), userIds(stranger.id())), 403, "FORBIDDEN");
        assertRefused(api.post(members(), null, userIds(stranger.id())), 401, "NOT_AUTHENTICATED");

        assertThat(ids(chat(owner))).containsExactly(owner.id(), member.id());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"user_ids\":null}",
                "{\"user_ids\":[]}",
                "{\"user_ids\":[null]}",
                "{\"user_ids\":[0]}",
                "{\"user_ids\":[1.5]}",
                "{\"user_ids\":[\"1\"]}",
                "{\"user_ids\":1}"
            })
    void add_malformed_isAnInvalidRequest(String body) {
        assertRefused(api.post(members(), owner.token(), body), 400, "INVALID_REQUEST");
    }

    @Test
    void remove_somebody_answersSuccessAndShutsThemOut() {
        assertSuccess(remove(owner, member.id()));

        assertThat(ids(chat(owner))).containsExactly(owner.id());
        assertRefused(chat(member), 404, "CHAT_DOES_NOT_EXIST");
        assertRefused(api.get("/chat/" + group + "/messages", member.token()), 404, "CHAT_DOES_NOT_EXIST");
        assertRefused(
                api.post("/chat/" + group + "/message", member.token(), Map.of("contents", "hello")),
                404,
                "CHAT_DOES_NOT_EXIST");
    }

    @Test
    void remove_oneself_isLeaving() {
        assertSuccess(remove(member, member.id()));

        assertThat(ids(chat(owner))).containsExactly(owner.id());
    }

    @Test
    void remove_refused_answersWithStatusAndCode() {
        assertRefused(remove(member, owner.id()), 403, "FORBIDDEN");
        assertRefused(remove(stranger, member.id()), 404, "CHAT_DOES_NOT_EXIST");
        assertRefused(remove(owner, stranger.id()), 404, "USER_DOES_NOT_EXIST");
        assertRefused(
                call("DELETE", "/chat/" + privateChat + "/members/" + member.id(), owner, null), 403, "FORBIDDEN");
        assertRefused(call("DELETE", members() + "/0", owner, null), 400, "INVALID_REQUEST");
        assertRefused(call("DELETE", members() + "/me", owner, null), 400, "INVALID_REQUEST");
        assertRefused(
                api.call("DELETE", members() + "/" + member.id(), null, null, Map.of()), 401, "NOT_AUTHENTICATED");

        assertThat(ids(chat(owner))).containsExactly(owner.id(), member.id());
    }

    @Test
    void leave_aMember_answersSuccess() {
        assertSuccess(leave(member));

        assertThat(ids(chat(owner))).containsExactly(owner.id());
        assertRefused(leave(member), 404, "CHAT_DOES_NOT_EXIST");
    }

    @Test
    void leave_everybody_deletesTheGroup() {
        assertSuccess(leave(owner));
        assertThat(roles(chat(member))).containsExactly("owner");
        assertSuccess(leave(member));

        assertRefused(chat(member), 404, "CHAT_DOES_NOT_EXIST");
    }

    @Test
    void leave_refused_answersWithStatusAndCode() {
        assertRefused(leave(stranger), 404, "CHAT_DOES_NOT_EXIST");
        assertRefused(call("POST", "/chat/" + privateChat + "/leave", owner, null), 403, "FORBIDDEN");
        assertRefused(api.call("POST", "/chat/" + group + "/leave", null, null, Map.of()), 401, "NOT_AUTHENTICATED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"owner", "admin", "member"})
    void changeRole_byTheOwner_answersTheChatAsItIsShown(String role) {
        var answer = changeRole(owner, member.id(), role);

        assertThat(answer.ok()).isEqualTo(chat(owner).ok());
        assertThat(roles(answer)).containsExactly("owner", role);
    }

    @Test
    void changeRole_refused_answersWithStatusAndCode() {
        assertRefused(changeRole(member, member.id(), "owner"), 403, "FORBIDDEN");
        assertRefused(changeRole(owner, owner.id(), "member"), 403, "FORBIDDEN");
        assertRefused(changeRole(stranger, stranger.id(), "owner"), 404, "CHAT_DOES_NOT_EXIST");
        assertRefused(changeRole(owner, stranger.id(), "admin"), 404, "USER_DOES_NOT_EXIST");
        assertRefused(changeRole(owner, member.id(), "OWNER"), 400, "INVALID_REQUEST");
        assertRefused(call("PATCH", members() + "/" + member.id(), owner, Map.of()), 400, "INVALID_REQUEST");
        assertRefused(
                call("PATCH", "/chat/" + privateChat + "/members/" + owner.id(), owner, Map.of("role", "owner")),
                403,
                "FORBIDDEN");

        assertThat(roles(chat(owner))).containsExactly("owner", "member");
    }

    @Test
    void edit_aMessage_answersTheMessageWithItsTime() {
        var sent = api.post("/chat/" + group + "/message", member.token(), Map.of("contents", "frist"))
                .ok();

        var edited = edit(member, sent, "first").ok();

        assertThat(edited.path("contents").stringValue()).isEqualTo("first");
        assertThat(edited.path("edited_at").stringValue())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}\\+00:00")
                .isEqualTo(edited.path("updated_at").stringValue());
        assertThat(api.get("/chat/" + group + "/messages", owner.token()).ok().path("messages"))
                .containsExactly(edited);
    }

    @Test
    void edit_refused_answersWithStatusAndCode() {
        var sent = api.post("/chat/" + group + "/message", member.token(), Map.of("contents", "hello"))
                .ok();

        assertRefused(edit(owner, sent, "mine"), 403, "NOT_THE_OWNER");
        assertRefused(edit(stranger, sent, "mine"), 404, "MESSAGE_DOES_NOT_EXIST");
        assertRefused(edit(member, sent, ""), 400, "INVALID_REQUEST");
        assertRefused(
                call("PATCH", "/message/999999999", member, Map.of("contents", "x")), 404, "MESSAGE_DOES_NOT_EXIST");
        assertRefused(call("PATCH", "/message/x", member, Map.of("contents", "x")), 400, "INVALID_REQUEST");
        assertRefused(call("PATCH", "/message/" + sent.path("id"), member, Map.of()), 400, "INVALID_REQUEST");
        api.call("DELETE", "/message/" + sent.path("id"), member.token(), null, Map.of())
                .ok();
        assertRefused(edit(member, sent, "back"), 404, "MESSAGE_DOES_NOT_EXIST");
    }

    private Answer edit(User by, JsonNode message, String contents) {
        return call("PATCH", "/message/" + message.path("id"), by, Map.of("contents", contents));
    }

    private Answer chat(User seenBy) {
        return api.get("/chat/" + group, seenBy.token());
    }

    private Answer add(User by, long... ids) {
        return api.post(members(), by.token(), userIds(ids));
    }

    private Answer remove(User by, long id) {
        return call("DELETE", members() + "/" + id, by, null);
    }

    private Answer leave(User by) {
        return call("POST", "/chat/" + group + "/leave", by, null);
    }

    private Answer changeRole(User by, long id, String role) {
        return call("PATCH", members() + "/" + id, by, Map.of("role", role));
    }

    private Answer call(String method, String path, User by, @Nullable Object body) {
        return api.call(method, path, by.token(), body, Map.of());
    }

    private String members() {
        return "/chat/" + group + "/members";
    }

    private static Map<String, List<Long>> userIds(long... ids) {
        return Map.of("user_ids", LongStream.of(ids).boxed().toList());
    }

    private static Stream<Long> ids(Answer chat) {
        return participants(chat).map(participant -> participant.path("id").longValue());
    }

    private static Stream<String> roles(Answer chat) {
        return participants(chat).map(participant -> participant.path("role").stringValue());
    }

    private static Stream<JsonNode> participants(Answer chat) {
        return chat.ok().path("participants").valueStream();
    }

    private static void assertSuccess(Answer answer) {
        assertThat(answer.ok().toString()).isEqualTo("{\"success\":true}");
    }

    private static void assertRefused(Answer answer, int status, String code) {
        assertThat(answer.status() + " " + answer.code()).isEqualTo(status + " " + code);
        assertThat(answer.body().path("status_code").intValue()).isEqualTo(status);
    }
}
