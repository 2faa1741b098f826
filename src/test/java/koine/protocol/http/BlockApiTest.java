package koine.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import koine.testing.Api;
import koine.testing.Api.Answer;
import koine.testing.Api.User;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import tools.jackson.databind.JsonNode;

/// What a block forbids, on whichever side one is, and what it does not.
@KoineTest
class BlockApiTest {

    private static final long NOBODY = 999_999_999;

    @LocalServerPort
    private int port;

    @Autowired
    private ApplicationContext context;

    private Api api = new Api(0);
    private User ann = new User(0, "", "");
    private User bob = new User(0, "", "");
    private User eve = new User(0, "", "");

    @BeforeEach
    void people() {
        api = new Api(port);
        var people = new People(context).many("block", 3);
        ann = people.get(0);
        bob = people.get(1);
        eve = people.get(2);
    }

    @Test
    void block_somebody_isShownToOneselfOnly() {
        assertThat(list(ann)).isEqualTo("{\"blocked\":[]}");
        assertSuccess(block(ann, bob.id()));
        assertSuccess(block(ann, bob.id()));

        assertThat(list(ann))
                .isEqualTo("{\"blocked\":[{\"id\":%d,\"username\":\"%s\"}]}".formatted(bob.id(), bob.username()));
        assertThat(list(bob)).isEqualTo("{\"blocked\":[]}");
        assertThat(list(eve)).isEqualTo("{\"blocked\":[]}");
    }

    @Test
    void list_inPages_leavesNobodyOut() {
        block(ann, bob.id());
        block(ann, eve.id());

        assertThat(api.get("/block?limit=1", ann.token()).ok().path("blocked"))
                .extracting(one -> one.path("id").longValue())
                .containsExactly(bob.id());
        assertThat(api.get("/block?limit=1&cursor=" + bob.id(), ann.token())
                        .ok()
                        .path("blocked"))
                .extracting(one -> one.path("id").longValue())
                .containsExactly(eve.id());
        assertRefused(api.get("/block?cursor=-", ann.token()), 400, "INVALID_REQUEST");
    }

    @Test
    void unblock_somebody_allowsEverythingAgain() {
        var chat = api.privateChat(ann, bob);
        block(ann, bob.id());
        assertSuccess(unblock(ann, bob.id()));
        assertSuccess(unblock(ann, bob.id()));

        assertThat(list(ann)).isEqualTo("{\"blocked\":[]}");
        send(bob, chat).ok();
        send(ann, chat).ok();
        request(bob, ann.id()).ok();
    }

    @Test
    void unblock_byTheBlockedOne_changesNothing() {
        var chat = api.privateChat(ann, bob);
        block(ann, bob.id());
        assertSuccess(unblock(bob, ann.id()));

        assertRefused(send(bob, chat), 403, "BLOCKED");
    }

    @Test
    void unblock_whileTheOtherBlocks_allowsNothing() {
        var chat = api.privateChat(ann, bob);
        block(ann, bob.id());
        block(bob, ann.id());
        unblock(ann, bob.id());

        assertRefused(send(ann, chat), 403, "BLOCKED");
        assertRefused(send(bob, chat), 403, "BLOCKED");
        unblock(bob, ann.id());
        send(ann, chat).ok();
    }

    @Test
    void privateChat_withABlock_takesNothingFromEitherSide() {
        var chat = api.privateChat(ann, bob);
        var before = send(bob, chat).ok();
        block(ann, bob.id());

        assertRefused(send(bob, chat), 403, "BLOCKED");
        assertRefused(send(ann, chat), 403, "BLOCKED");
        assertRefused(
                api.call("PATCH", "/message/" + before.path("id"), bob.token(), Map.of("contents", "x"), Map.of()),
                403,
                "BLOCKED");
        assertRefused(api.post("/chat/" + chat + "/typing", bob.token(), Map.of()), 403, "BLOCKED");
        assertThat(api.get("/chat/" + chat + "/messages", ann.token()).ok().path("messages"))
                .containsExactly(before);
        assertSuccess(api.call("DELETE", "/message/" + before.path("id"), bob.token(), null, Map.of()));
    }

    @Test
    void privateChat_withABlock_refusesStrangersAsEver() {
        var chat = api.privateChat(ann, bob);
        block(ann, bob.id());

        assertRefused(send(eve, chat), 404, "CHAT_DOES_NOT_EXIST");
        assertRefused(api.post("/chat/" + chat + "/typing", eve.token(), Map.of()), 404, "CHAT_DOES_NOT_EXIST");
    }

    @Test
    void send_repeatedWithItsKeyAfterABlock_answersTheStoredMessage() {
        var chat = api.privateChat(ann, bob);
        var body = Map.of("contents", "hello", "key", "k");
        var sent = api.post("/chat/" + chat + "/message", bob.token(), body).ok();
        block(ann, bob.id());

        assertThat(api.post("/chat/" + chat + "/message", bob.token(), body).ok())
                .isEqualTo(sent);
    }

    @Test
    void send_overTheSocket_isRefusedAlike() {
        var chat = api.privateChat(ann, bob);
        block(ann, bob.id());
        try (var client = EventClient.live(port, bob.token())) {
            client.send(Map.of("type", "message.send", "ref", "s", "chat_id", chat, "contents", "hello"));

            assertThat(client.await("error").path("code").stringValue()).isEqualTo("BLOCKED");
        }
    }

    @Test
    void newPrivateChat_withABlock_isRefusedOnBothSides() {
        block(ann, bob.id());

        assertRefused(newPrivateChat(ann, bob), 403, "BLOCKED");
        assertRefused(newPrivateChat(bob, ann), 403, "BLOCKED");
        unblock(ann, bob.id());
        newPrivateChat(bob, ann).ok();
    }

    @Test
    void request_withABlock_isRefusedOnBothSides() {
        block(ann, bob.id());

        assertRefused(request(bob, ann.id()), 403, "BLOCKED");
        assertRefused(request(ann, bob.id()), 403, "BLOCKED");
        assertRefused(api.post("/friend/accept", bob.token(), Map.of("user_id", ann.id())), 400, "INVALID_REQUEST");
    }

    @Test
    void block_aFriend_endsTheFriendship() {
        request(ann, bob.id());
        request(bob, ann.id());
        block(ann, bob.id());

        assertThat(api.get("/friend", bob.token()).ok()).hasToString("{\"friends\":[]}");
        unblock(ann, bob.id());
        assertThat(api.get("/friend", ann.token()).ok()).hasToString("{\"friends\":[]}");
    }

    @Test
    void commonGroup_withABlock_goesOn() {
        var group = newGroup(eve, ann.id(), bob.id()).ok().path("id").longValue();
        block(ann, bob.id());

        var sent = send(bob, group).ok();
        assertThat(api.get("/chat/" + group + "/messages", ann.token()).ok().path("messages"))
                .containsExactly(sent);
    }

    @Test
    void groups_withABlock_canNotBeUsedToReachOneAnother() {
        var bobs = newGroup(bob, eve.id()).ok().path("id").longValue();
        var anns = newGroup(ann, eve.id()).ok().path("id").longValue();
        block(ann, bob.id());

        assertRefused(newGroup(bob, eve.id(), ann.id()), 403, "BLOCKED");
        assertRefused(newGroup(ann, bob.id()), 403, "BLOCKED");
        assertRefused(add(bob, bobs, ann.id()), 403, "BLOCKED");
        assertRefused(add(ann, anns, bob.id()), 403, "BLOCKED");
        assertRefused(add(bob, anns, ann.id()), 404, "CHAT_DOES_NOT_EXIST");
        assertRefused(add(eve, bobs, ann.id()), 403, "FORBIDDEN");
        newGroup(eve, ann.id(), bob.id()).ok();
    }

    @Test
    void people_withABlock_areNotFoundAndSeemNeverToHaveCome() {
        try (var client = EventClient.live(port, bob.token())) {
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> profile(ann, bob).path("online").booleanValue());
            assertThat(isFound(ann, bob)).isTrue();
            block(ann, bob.id());

            assertThat(isFound(ann, bob)).isFalse();
            assertThat(isFound(bob, ann)).isFalse();
            assertThat(isFound(eve, bob)).isTrue();
            assertThat(profile(ann, bob).path("online").booleanValue()).isFalse();
            assertThat(profile(ann, bob).path("last_active").isNull()).isTrue();
            assertThat(profile(bob, ann).path("last_active").isNull()).isTrue();
            assertThat(profile(eve, bob).path("online").booleanValue()).isTrue();
            unblock(ann, bob.id());
            assertThat(isFound(bob, ann)).isTrue();
            assertThat(client.untilPong())
                    .noneMatch(frame -> frame.path("type").asString("").startsWith("friend"));
        }
    }

    private boolean isFound(User by, User whom) {
        return api.get("/user/search?q=" + whom.username(), by.token())
                .ok()
                .path("users")
                .valueStream()
                .anyMatch(user -> user.path("id").longValue() == whom.id());
    }

    private JsonNode profile(User by, User whom) {
        return api.get("/user/" + whom.id(), by.token()).ok();
    }

    @Test
    void anyCall_refused_answersWithStatusAndCode() {
        assertRefused(block(ann, ann.id()), 400, "INVALID_REQUEST");
        assertRefused(block(ann, NOBODY), 400, "USER_NOT_EXISTS");
        assertRefused(unblock(ann, ann.id()), 400, "INVALID_REQUEST");
        assertRefused(unblock(ann, NOBODY), 404, "USER_DOES_NOT_EXIST");
        assertRefused(api.call("DELETE", "/block/x", ann.token(), null, Map.of()), 400, "INVALID_REQUEST");
        assertRefused(api.get("/block", null), 401, "NOT_AUTHENTICATED");
        assertRefused(api.post("/block", null, Map.of("user_id", bob.id())), 401, "NOT_AUTHENTICATED");
        assertRefused(api.call("DELETE", "/block/" + bob.id(), null, null, Map.of()), 401, "NOT_AUTHENTICATED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"user_id\":null}", "{\"user_id\":0}", "{\"user_id\":1.5}", "{\"user_id\":\"1\"}"})
    void block_malformed_isInvalid(String body) {
        assertRefused(api.post("/block", ann.token(), body), 400, "INVALID_REQUEST");
    }

    private Answer block(User by, long id) {
        return api.post("/block", by.token(), Map.of("user_id", id));
    }

    private Answer unblock(User by, long id) {
        return api.call("DELETE", "/block/" + id, by.token(), null, Map.of());
    }

    private Answer request(User by, long id) {
        return api.post("/friend/request", by.token(), Map.of("user_id", id));
    }

    private Answer newPrivateChat(User by, User other) {
        return api.post("/chat/private/create", by.token(), Map.of("with_user_id", other.id()));
    }

    private Answer newGroup(User by, Long... others) {
        return api.post("/chat/group/create", by.token(), Map.of("name", "people", "with_ids", List.of(others)));
    }

    private Answer add(User by, long group, long id) {
        return api.post("/chat/" + group + "/members", by.token(), Map.of("user_ids", List.of(id)));
    }

    private Answer send(User by, long chat) {
        return api.post("/chat/" + chat + "/message", by.token(), Map.of("contents", "hello"));
    }

    private String list(User of) {
        return api.get("/block", of.token()).ok().toString();
    }

    private static void assertSuccess(Answer answer) {
        assertThat(answer.ok().toString()).isEqualTo("{\"success\":true}");
    }

    private static void assertRefused(Answer answer, int status, String code) {
        assertThat(answer.status() + " " + answer.code()).isEqualTo(status + " " + code);
    }
}
