package koine.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import koine.testing.Api;
import koine.testing.Api.Answer;
import koine.testing.Api.User;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import koine.testing.People;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
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

/// Changing and deleting chats, as it is answered and as it is told: live and later.
@KoineTest
@TestInstance(Lifecycle.PER_CLASS)
class ChatChangesTest {

    @LocalServerPort
    private int port;

    @Autowired
    private DatabaseClient database;

    private final List<EventClient> clients = new ArrayList<>();
    private Api api;
    private User owner;
    private User admin;
    private User member;
    private User stranger;
    private long group;
    private long privateChat;
    private String start;

    @BeforeAll
    void people(@Autowired BeanFactory service) {
        api = new Api(port);
        var people = new People(service);
        owner = people.one("owner");
        admin = people.one("admin");
        member = people.one("member");
        stranger = people.one("stranger");
    }

    @BeforeEach
    void chats() {
        group = api.post(
                        "/chat/group/create",
                        owner.token(),
                        Map.of("with_ids", List.of(admin.id(), member.id()), "name", "people"))
                .ok()
                .path("id")
                .longValue();
        call("PATCH", "/chat/" + group + "/members/" + admin.id(), owner, Map.of("role", "admin"))
                .ok();
        var answer = api.post("/chat/private/create", owner.token(), Map.of("with_user_id", member.id()));
        privateChat = answer.status() == 200
                ? answer.body().path("id").longValue()
                : answer.body().path("details").path("chat_id").longValue();
        start = api.get("/sync", owner.token()).ok().path("cursor").stringValue();
    }

    @AfterEach
    void closeAll() {
        clients.forEach(EventClient::close);
        clients.clear();
    }

    @Test
    void change_nameAndBio_answersTheChatWithThem() {
        var changed =
                change(owner, Map.of("name", "new name", "bio", "What we do.")).ok();

        assertThat(changed.path("name").stringValue()).isEqualTo("new name");
        assertThat(changed.path("bio").stringValue()).isEqualTo("What we do.");
        assertThat(changed).isEqualTo(chat(owner).ok());
        assertThat(changed.path("updated_at")).isNotEqualTo(changed.path("created_at"));
    }

    @Test
    void change_onlyOne_leavesTheOtherAndAnEmptyBioIsNone() {
        change(admin, Map.of("bio", "Only this.")).ok();
        assertThat(chat(member).ok().path("name").stringValue()).isEqualTo("people");

        change(admin, Map.of("bio", "")).ok();
        assertThat(chat(member).ok().path("bio").isNull()).isTrue();
    }

    @Test
    void change_live_tellsEveryDeviceOfEveryMemberAndNobodyElse() {
        var everybody = Stream.of(owner, owner, admin, member).map(this::live).toList();
        var other = live(stranger);
        send(owner, group, "unread to some");
        everybody.forEach(client -> client.await("message"));

        change(owner, Map.of("name", "new name")).ok();

        assertThat(everybody).allSatisfy(client -> {
            var frame = client.await("chat.updated");
            assertThat(frame.propertyNames()).containsExactly("type", "cursor", "chat");
            assertThat(frame.path("chat").path("unread").isNull()).isTrue();
            assertThat(withoutUnread(frame.path("chat")))
                    .isEqualTo(withoutUnread(chat(owner).ok()));
        });
        assertThat(other.untilPong()).isEmpty();
    }

    @Test
    void change_later_isToldAsItWasLive() {
        var live = live(member);
        change(owner, Map.of("name", "first", "bio", "b")).ok();
        change(owner, Map.of("name", "second")).ok();
        var frames = List.of(live.await("chat.updated"), live.await("chat.updated"));

        assertThat(sync(member, start)).isEqualTo(frames);
        assertThat(frames)
                .extracting(frame -> frame.path("chat").path("name").stringValue())
                .containsExactly("first", "second");
        assertThat(sync(stranger, start)).isEmpty();
    }

    @Test
    void change_toWhatItIs_tellsNothing() {
        change(owner, Map.of("name", "people", "bio", "")).ok();

        assertThat(sync(owner, start)).isEmpty();
    }

    @Test
    void change_refused_answersWithStatusAndCode() {
        var body = Map.of("name", "mine now");

        assertRefused(change(member, body), 403, "FORBIDDEN");
        assertRefused(change(stranger, body), 404, "CHAT_DOES_NOT_EXIST");
        assertRefused(call("PATCH", "/chat/" + privateChat, owner, body), 403, "FORBIDDEN");
        assertRefused(call("PATCH", "/chat/x", owner, body), 400, "INVALID_REQUEST");
        assertRefused(api.call("PATCH", "/chat/" + group, null, body, Map.of()), 401, "NOT_AUTHENTICATED");

        assertThat(chat(owner).ok().path("name").stringValue()).isEqualTo("people");
        assertThat(sync(owner, start)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"name\":null,\"bio\":null}",
                "{\"name\":\"\"}",
                "{\"name\":1}",
                "{\"bio\":[]}",
                "{\"name\":\"ok\",\"bio\":\"\\u0000\"}",
                "{\"name\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}",
                "{\"bio\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}"
            })
    void change_malformed_isAnInvalidRequest(String body) {
        assertRefused(change(owner, body), 400, "INVALID_REQUEST");
        assertThat(chat(owner).ok().path("name").stringValue()).isEqualTo("people");
    }

    @Test
    void delete_byOwnerOrAdmin_isGoneForAllWithItsMessages() {
        var message = send(owner, group, "hello");
        var text = "message where chat_id = " + group;

        assertThat(delete(admin, group).ok().path("success").booleanValue()).isTrue();

        for (var who : List.of(owner, admin, member)) {
            assertRefused(chat(who), 404, "CHAT_DOES_NOT_EXIST");
            assertRefused(api.get("/chat/" + group + "/messages", who.token()), 404, "CHAT_DOES_NOT_EXIST");
            assertThat(chatIds(who)).doesNotContain(group);
        }
        assertRefused(
                call("PATCH", "/message/" + message.path("id"), owner, Map.of("contents", "x")),
                404,
                "MESSAGE_DOES_NOT_EXIST");
        assertRefused(
                api.post("/chat/" + group + "/message", owner.token(), Map.of("contents", "x")),
                404,
                "CHAT_DOES_NOT_EXIST");
        assertRefused(delete(owner, group), 404, "CHAT_DOES_NOT_EXIST");
        await().untilAsserted(() -> assertThat(count(text)).isZero());
        await().untilAsserted(() ->
                assertThat(count("deleted_chat where chat_id = " + group)).isZero());
    }

    @Test
    void delete_live_tellsEveryMemberAndNothingAfter() {
        var everybody = Stream.of(owner, admin, member).map(this::live).toList();
        var other = live(stranger);

        delete(owner, group).ok();

        assertThat(everybody).allSatisfy(client -> {
            var frame = client.await("chat.deleted");
            assertThat(frame.propertyNames()).containsExactly("type", "cursor", "chat_id");
            assertThat(frame.path("chat_id").longValue()).isEqualTo(group);
            assertThat(client.untilPong()).isEmpty();
        });
        assertThat(other.untilPong()).isEmpty();
    }

    @Test
    void delete_laterForMembersOfThen_isToldWithoutTheMessagesAndToNobodyElse() {
        var said = send(owner, group, "secret");
        call("PATCH", "/message/" + said.path("id"), owner, Map.of("contents", "secret, edited"))
                .ok();
        call("DELETE", "/chat/" + group + "/members/" + member.id(), owner, null)
                .ok();

        delete(owner, group).ok();

        assertThat(types(sync(admin, start))).containsExactly("member.left", "chat.deleted");
        assertThat(types(sync(member, start))).containsExactly("chat.left");
        assertThat(sync(stranger, start)).isEmpty();
        var resumed = open(admin);
        resumed.send(Map.of("type", "resume", "since", start));
        resumed.await("hello");
        assertThat(resumed.next().path("type").stringValue()).isEqualTo("member.left");
        assertThat(resumed.next().path("type").stringValue()).isEqualTo("chat.deleted");
        resumed.await("synced");
    }

    @Test
    void delete_withAKeyUsedInIt_repeatedIsToldThatThereIsNoSuchChat() {
        var body = Map.of("contents", "once", "key", "k-" + group);
        api.post("/chat/" + group + "/message", owner.token(), body).ok();

        delete(owner, group).ok();

        assertRefused(api.post("/chat/" + group + "/message", owner.token(), body), 404, "CHAT_DOES_NOT_EXIST");
    }

    @Test
    void delete_moreMessagesThanASlice_removesThemAll() {
        run("insert into message (id, chat_id, author_id, seq, contents, created_at, updated_at) "
                + "select -n, " + group + ", " + owner.id() + ", n, 'old', now(), now() "
                + "from generate_series(1 + 10000 * " + group + "::bigint, 2500 + 10000 * " + group + "::bigint) n");

        delete(owner, group).ok();

        await().untilAsserted(() ->
                assertThat(count("message where chat_id = " + group)).isZero());
    }

    @Test
    void delete_aPrivateChat_eitherMayAndItIsAnotherOneWhenMadeAgain() {
        send(owner, privateChat, "old");

        delete(member, privateChat).ok();
        assertRefused(api.get("/chat/" + privateChat, owner.token()), 404, "CHAT_DOES_NOT_EXIST");

        var again = api.privateChat(owner, member);
        assertThat(again).isNotEqualTo(privateChat);
        var shown = api.get("/chat/" + again, owner.token()).ok();
        assertThat(shown.path("last_seq").longValue()).isZero();
        assertThat(api.get("/chat/" + again + "/messages", owner.token()).ok().path("messages"))
                .isEmpty();
        assertThat(types(sync(owner, start))).containsExactly("chat.deleted", "chat.created");
    }

    @Test
    void delete_refused_answersWithStatusAndCode() {
        assertRefused(delete(member, group), 403, "FORBIDDEN");
        assertRefused(delete(stranger, group), 404, "CHAT_DOES_NOT_EXIST");
        assertRefused(delete(stranger, privateChat), 404, "CHAT_DOES_NOT_EXIST");
        assertRefused(call("DELETE", "/chat/0", owner, null), 400, "INVALID_REQUEST");
        assertRefused(api.call("DELETE", "/chat/" + group, null, null, Map.of()), 401, "NOT_AUTHENTICATED");

        assertThat(chat(member).status()).isEqualTo(200);
    }

    private EventClient live(User user) {
        var client = EventClient.live(port, user.token());
        clients.add(client);
        return client;
    }

    private EventClient open(User user) {
        var client = EventClient.open(port, user.token());
        clients.add(client);
        return client;
    }

    private List<JsonNode> sync(User user, String since) {
        return api.get("/sync?since=" + since, user.token())
                .ok()
                .path("events")
                .valueStream()
                .toList();
    }

    private static List<String> types(List<JsonNode> frames) {
        return frames.stream().map(frame -> frame.path("type").stringValue()).toList();
    }

    private Answer chat(User user) {
        return api.get("/chat/" + group, user.token());
    }

    private List<Long> chatIds(User user) {
        return api.get("/user/chats", user.token())
                .ok()
                .path("chats")
                .valueStream()
                .map(chat -> chat.path("id").longValue())
                .toList();
    }

    private JsonNode send(User author, long chat, String contents) {
        return api.post("/chat/" + chat + "/message", author.token(), Map.of("contents", contents))
                .ok();
    }

    private Answer change(User user, Object body) {
        return call("PATCH", "/chat/" + group, user, body);
    }

    private Answer delete(User user, long chat) {
        return call("DELETE", "/chat/" + chat, user, null);
    }

    private Answer call(String method, String path, User user, @Nullable Object body) {
        return api.call(method, path, user.token(), body, Map.of());
    }

    private static Map<String, JsonNode> withoutUnread(JsonNode chat) {
        var fields = new HashMap<String, JsonNode>();
        chat.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        fields.remove("unread");
        return fields;
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
