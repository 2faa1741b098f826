package koine.protocol.pymessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.message.Messages;
import koine.message.SendMessage;
import koine.testing.Api;
import koine.testing.Api.User;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/// The published document's conversations over real sockets, and what it leaves open.
@KoineTest
class PymessageSocketTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    @LocalServerPort
    private int port;

    @Autowired
    private BeanFactory service;

    @Autowired
    private Messages messages;

    private final List<AutoCloseable> clients = new ArrayList<>();
    private Api api = new Api(0);
    private User ann = new User(0, "", "");
    private User ben = new User(0, "", "");
    private User eve = new User(0, "", "");

    @BeforeEach
    void people() {
        api = new Api(port);
        var people = new People(service).manyWithPassword("py", 3);
        ann = people.get(0);
        ben = people.get(1);
        eve = people.get(2);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (var client : clients) {
            client.close();
        }
    }

    @Test
    void login_pinAsTextOrAsNumber_answersTheId() {
        var name = "pin-" + ann.username();
        var made = stranger();
        made.send(Map.of("type", "create_acc", "username", name, "pin", 123456));
        var created = made.next();
        assertThat(created.path("type").stringValue()).isEqualTo("create_acc_resp");
        var id = created.path("id").longValue();
        assertThat(created).hasToString("{\"type\":\"create_acc_resp\",\"id\":" + id + "}");

        for (var pin : List.<Object>of("123456", 123456)) {
            var client = stranger();
            client.send(Map.of("type", "login", "username", name, "pin", pin));
            client.assertNext("{\"type\":\"resp\",\"id\":" + id + "}");
        }
    }

    @Test
    void login_wrongPinOrName_isNoAccountAndMayBeTriedAgain() {
        var client = stranger();

        for (var pin : List.of("wrong", "")) {
            client.send(Map.of("type", "login", "username", ann.username(), "pin", pin));
            client.assertError("acc not found");
        }
        client.send(Map.of("type", "login", "username", "nobody-" + ann.username(), "pin", "secret"));
        client.assertError("acc not found");

        client.send(Map.of("type", "login", "username", ann.username(), "pin", "secret"));
        client.assertNext("{\"type\":\"resp\",\"id\":" + ann.id() + "}");
    }

    @Test
    void login_twice_isRefused() {
        var client = login(ann);

        client.send(Map.of("type", "login", "username", ann.username(), "pin", "secret"));
        client.assertError("already logged in");
        client.send(Map.of("type", "create_acc", "username", "x", "pin", "1234"));
        client.assertError("already logged in");
        client.assertFriends();
    }

    @Test
    void createAccount_unusable_isRefused() {
        var client = stranger();

        client.send(Map.of("type", "create_acc", "username", ann.username(), "pin", "secret"));
        client.assertError("username is taken");
        for (var name : List.of("", "with space", "x".repeat(65))) {
            client.send(Map.of("type", "create_acc", "username", name, "pin", "secret"));
            client.assertError("failed to create account");
        }
        for (var pin : List.<Object>of("", "123", 123, "x".repeat(2_048))) {
            client.send(Map.of("type", "create_acc", "username", "new-" + ann.username(), "pin", pin));
            client.assertError("failed to create account");
        }
    }

    @Test
    void createAccount_usable_isSignedInAndNativeToo() {
        var name = "made-" + ann.username();
        var client = stranger();

        client.send(Map.of("type", "create_acc", "username", name, "pin", "password1234"));
        assertThat(client.next().path("type").stringValue()).isEqualTo("create_acc_resp");
        client.assertFriends();

        api.post("/login", null, Map.of("usernameOrEmail", name, "password", "password1234"))
                .ok();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"send_msg\",\"recipient\":1,\"content\":\"x\"}",
                "{\"type\":\"get_friends\"}",
                "{\"type\":\"request_friend\",\"user\":1}",
                "{\"type\":\"add_friend\",\"user\":1}",
                "{\"type\":\"deny_friend\",\"user\":1}"
            })
    void command_beforeLogin_isRefused(String frame) {
        var client = stranger();

        client.send(frame);

        client.assertError("not logged in");
    }

    @Test
    void frame_notUnderstood_isAnErrorAndTheSocketStaysOpen() {
        var client = login(ann);

        client.send("{'type': 'get_friends'}");
        client.assertError("invalid json");
        client.socket().sendBinary("{\"type\":\"get_friends\"}".getBytes(StandardCharsets.UTF_8));
        client.assertError("invalid json");
        client.send("{\"type\":\"unheard_of\"}");
        client.assertError("endpoint not found");
        client.send("{\"type\":\"send_msg\",\"content\":\"x\"}");
        client.assertError("missing argument: recipient");
        client.send("{\"type\":\"send_msg\",\"recipient\":[],\"content\":\"x\"}");
        client.assertError("invalid argument: recipient");
        client.assertFriends();
    }

    @Test
    void message_betweenTwoClients_arrivesInOrderAndOpensTheirChat() {
        var anns = login(ann);
        var bens = login(ben);

        for (int i = 1; i <= 3; i++) {
            anns.message(ben, "hello " + i);
        }

        for (int i = 1; i <= 3; i++) {
            anns.assertNext("{\"type\":\"send_resp\",\"status\":\"success\"}");
        }
        var chat = chatOf(ann);
        for (int i = 1; i <= 3; i++) {
            bens.assertNext("{\"type\":\"message\",\"sender\":%d,\"content\":\"hello %d\",\"chat_id\":%d}"
                    .formatted(ann.id(), i, chat));
        }
        bens.message(ann, "and back");
        anns.assertNext("{\"type\":\"message\",\"sender\":%d,\"content\":\"and back\",\"chat_id\":%d}"
                .formatted(ben.id(), chat));
    }

    @Test
    void message_toNobody_isNotConnected() {
        var client = login(ann);

        for (var id : List.<Object>of(999_999_999, "999999999")) {
            client.send(Map.of("type", "send_msg", "recipient", id, "content", "x"));
            client.assertError("999999999 is not connected to the network");
        }
        client.send(Map.of("type", "send_msg", "recipient", -1, "content", "x"));
        client.assertError("-1 is not connected to the network");
        client.message(ann, "to myself");
        client.assertError(ann.id() + " is not connected to the network");
    }

    @Test
    void message_unusableContent_isRefusedAndOpensNoChat() {
        var client = login(ann);

        client.message(ben, "");
        client.assertError("invalid argument: content");
        client.message(ben, "x".repeat(2_048));
        client.assertError("invalid argument: content");

        assertThat(chats(ann)).isEmpty();
    }

    @Test
    void block_betweenTwo_looksLikeNobody() {
        var eves = login(eve);
        eves.message(ann, "before");
        eves.assertNext("{\"type\":\"send_resp\",\"status\":\"success\"}");
        block(ann, eve);
        block(ben, eve);
        var anns = login(ann);
        assertThat(anns.next().path("content").stringValue()).isEqualTo("before");

        for (var other : List.of(ann, ben)) {
            eves.message(other, "after");
            eves.assertError(other.id() + " is not connected to the network");
            eves.friend("request_friend", other);
            eves.assertError("failed to send friend request to " + other.id());
        }
        anns.message(eve, "nor I");
        anns.assertError(eve.id() + " is not connected to the network");
        anns.assertNothingCame();
    }

    @Test
    void friends_requestAndAdd_areToldToBoth() {
        var anns = login(ann);
        var bens = login(ben);

        anns.friend("request_friend", ben);
        anns.assertNext("{\"type\":\"request_resp\",\"status\":\"sent\"}");
        bens.assertNext("{\"type\":\"friend_request\",\"user\":" + ann.id() + "}");
        bens.friend("add_friend", ann);
        bens.assertNext("{\"type\":\"add_resp\",\"status\":\"added\"}");
        anns.assertNext("{\"type\":\"friend_added\",\"user\":" + ben.id() + "}");

        anns.assertFriends(ben);
        bens.assertFriends(ann);
        anns.friend("request_friend", ben);
        anns.assertError("failed to send friend request to " + ben.id());
        bens.friend("add_friend", ann);
        bens.assertError("no friend request from " + ann.id());
        bens.friend("deny_friend", ann);
        bens.assertError("no friend request from " + ann.id());
        anns.assertFriends(ben);
    }

    @Test
    void friends_requestAndDeny_isToldToNobody() {
        var anns = login(ann);
        var bens = login(ben);

        anns.friend("request_friend", ben);
        anns.assertNext("{\"type\":\"request_resp\",\"status\":\"sent\"}");
        anns.friend("request_friend", ben);
        anns.assertNext("{\"type\":\"request_resp\",\"status\":\"sent\"}");
        bens.assertNext("{\"type\":\"friend_request\",\"user\":" + ann.id() + "}");
        bens.friend("deny_friend", ann);
        bens.assertNext("{\"type\":\"deny_resp\",\"status\":\"success\"}");

        anns.assertFriends();
        bens.friend("deny_friend", ann);
        bens.assertError("no friend request from " + ann.id());
    }

    @Test
    void friends_requestsThatCross_areAFriendship() {
        var anns = login(ann);
        var bens = login(ben);

        anns.friend("request_friend", ben);
        anns.assertNext("{\"type\":\"request_resp\",\"status\":\"sent\"}");
        bens.assertNext("{\"type\":\"friend_request\",\"user\":" + ann.id() + "}");
        bens.friend("request_friend", ann);
        bens.assertNext("{\"type\":\"request_resp\",\"status\":\"sent\"}");
        anns.assertNext("{\"type\":\"friend_added\",\"user\":" + ben.id() + "}");

        anns.assertFriends(ben);
        bens.assertFriends(ann);
    }

    @Test
    void friends_whereItCantBe_isRefused() {
        var client = login(ann);

        client.friend("request_friend", ann);
        client.assertError("failed to send friend request to " + ann.id());
        client.send(Map.of("type", "request_friend", "user", "999999999"));
        client.assertError("failed to send friend request to 999999999");
        for (var type : List.of("add_friend", "deny_friend")) {
            client.friend(type, ben);
            client.assertError("no friend request from " + ben.id());
            client.friend(type, ann);
            client.assertError("no friend request from " + ann.id());
            client.send(Map.of("type", type, "user", 999_999_999));
            client.assertError("no friend request from 999999999");
        }
    }

    @Test
    void friends_requestOfOthers_canBeAnsweredByNobodyElse() {
        var anns = login(ann);
        var bens = login(ben);
        var eves = login(eve);
        anns.friend("request_friend", ben);
        anns.assertNext("{\"type\":\"request_resp\",\"status\":\"sent\"}");
        bens.assertNext("{\"type\":\"friend_request\",\"user\":" + ann.id() + "}");

        for (var type : List.of("add_friend", "deny_friend")) {
            for (var other : List.of(ann, ben)) {
                eves.send(Map.of("type", type, "user", other.id(), "id", ben.id(), "sender", ben.id()));
                eves.assertError("no friend request from " + other.id());
            }
            anns.friend(type, ben);
            anns.assertError("no friend request from " + ben.id());
        }

        bens.friend("add_friend", ann);
        bens.assertNext("{\"type\":\"add_resp\",\"status\":\"added\"}");
        eves.assertFriends();
    }

    @Test
    void message_withSomebodyElseAsItsSender_isOnesOwn() {
        var bens = login(ben);
        var eves = login(eve);

        eves.send(Map.of(
                "type", "send_msg", "recipient", ben.id(), "content", "it's ann", "sender", ann.id(), "id", ann.id()));

        assertThat(bens.next().path("sender").longValue()).isEqualTo(eve.id());
        assertThat(chats(ann)).isEmpty();
    }

    @Test
    void login_afterAWhile_tellsRequestsThenMessagesThenWhatComes() {
        var anns = login(ann);
        var eves = login(eve);
        anns.message(ben, "one");
        eves.message(ben, "two");
        eves.friend("request_friend", ben);
        for (var client : List.of(anns, eves)) {
            client.assertNext("{\"type\":\"send_resp\",\"status\":\"success\"}");
        }
        eves.assertNext("{\"type\":\"request_resp\",\"status\":\"sent\"}");
        anns.friend("request_friend", ben);
        anns.assertNext("{\"type\":\"request_resp\",\"status\":\"sent\"}");

        var bens = login(ben);

        bens.assertNext("{\"type\":\"friend_request\",\"user\":" + eve.id() + "}");
        bens.assertNext("{\"type\":\"friend_request\",\"user\":" + ann.id() + "}");
        assertThat(List.of(bens.next(), bens.next()))
                .extracting(frame -> frame.path("content").stringValue())
                .containsExactlyInAnyOrder("one", "two");
        anns.message(ben, "three");
        assertThat(bens.next().path("content").stringValue()).isEqualTo("three");
        bens.assertNothingCame();
    }

    @Test
    void login_again_tellsOnlyWhatIsNew() {
        var anns = login(ann);
        anns.message(ben, "one");
        anns.assertNext("{\"type\":\"send_resp\",\"status\":\"success\"}");
        var first = login(ben);
        assertThat(first.next().path("content").stringValue()).isEqualTo("one");
        await().atMost(SOON).until(() -> delivered(ben) == 1);
        first.close();
        anns.message(ben, "two");
        anns.assertNext("{\"type\":\"send_resp\",\"status\":\"success\"}");

        var second = login(ben);

        assertThat(second.next().path("content").stringValue()).isEqualTo("two");
        second.assertNothingCame();
    }

    /// Sending marks the chat as received: it must not do so before what waits has been read, page by page.
    @Test
    void login_andSendAtOnce_losesNothingThatWaits() {
        var waiting = 1_000;
        var chat = new ChatId(api.privateChat(ann, ben));
        Flux.range(0, waiting)
                .flatMap(i -> messages.send(new SendMessage(new AccountId(ann.id()), chat, "waiting", null)), 256)
                .blockLast(SOON);
        var bens = stranger();

        bens.send(Map.of("type", "login", "username", ben.username(), "pin", "secret"));
        bens.message(ann, "at once");

        var came = Stream.generate(bens::next)
                .limit(waiting + 2)
                .map(frame -> frame.path("type").stringValue())
                .collect(Collectors.groupingBy(type -> type, Collectors.counting()));
        assertThat(came).containsExactlyInAnyOrderEntriesOf(Map.of("resp", 1L, "message", 1_000L, "send_resp", 1L));
    }

    @Test
    void message_writtenToTheSocket_isDeliveredForNativeClients() {
        var chat = api.privateChat(ann, ben);
        var natives = keep(EventClient.live(port, ann.token()));
        natives.send(Map.of("type", "message.send", "ref", "m", "chat_id", chat, "contents", "hello"));
        natives.await(frame -> frame.path("ref").asString("").equals("m"));
        assertThat(delivered(ben)).isZero();

        var bens = login(ben);
        assertThat(bens.next().path("content").stringValue()).isEqualTo("hello");

        var receipt = natives.await(frame -> frame.path("type").asString("").equals("receipt")
                && frame.path("user_id").longValue() == ben.id());
        assertThat(receipt.path("chat_id").longValue()).isEqualTo(chat);
        assertThat(receipt.path("delivered").longValue()).isEqualTo(1);
        assertThat(receipt.path("read").longValue()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\uD83D\uDC69\u200D\uD83D\uDCBB \uD83D\uDE00",
                "שלום \u200F עולם مرحبا",
                "two\nlines\r\n\tand a tab",
                "\"quotes\" 'and' \\backslashes\\",
                "</script><script>alert(1)</script>",
                "1234"
            })
    void message_acrossProtocols_isTheSameBothWays(String text) {
        var natives = keep(EventClient.live(port, ann.token()));
        var bens = login(ben);

        bens.message(ann, text);
        bens.assertNext("{\"type\":\"send_resp\",\"status\":\"success\"}");
        var message = natives.await("message").path("message");
        assertThat(message.path("contents").stringValue()).isEqualTo(text);

        var chat = chatOf(ann);
        natives.send(Map.of("type", "message.send", "chat_id", chat, "contents", text));
        var back = bens.next();
        assertThat(back.path("content").stringValue()).isEqualTo(text);
        assertThat(back.path("sender").longValue()).isEqualTo(ann.id());
        assertThat(back.path("chat_id").longValue()).isEqualTo(chat);
    }

    @Test
    void message_inAGroup_comesWithTheGroupsId() {
        var group = api.post("/chat/group/create", ann.token(), Map.of("with_ids", List.of(ben.id()), "name", "people"))
                .ok()
                .path("id")
                .longValue();
        var bens = login(ben);
        var eves = login(eve);
        var natives = keep(EventClient.live(port, ann.token()));

        natives.send(Map.of("type", "message.send", "chat_id", group, "contents", "all of you"));

        bens.assertNext("{\"type\":\"message\",\"sender\":%d,\"content\":\"all of you\",\"chat_id\":%d}"
                .formatted(ann.id(), group));
        eves.assertNothingCame();
    }

    @Test
    void message_fromAnotherDeviceOfOnes_isNotEchoed() {
        var chat = api.privateChat(ann, ben);
        var one = login(ann);
        var other = login(ann);
        var bens = login(ben);
        var natives = keep(EventClient.live(port, ann.token()));

        one.message(ben, "from one");
        one.assertNext("{\"type\":\"send_resp\",\"status\":\"success\"}");
        natives.send(Map.of("type", "message.send", "ref", "n", "chat_id", chat, "contents", "from native"));
        natives.await(frame -> frame.path("ref").asString("").equals("n"));
        bens.message(ann, "answer");

        assertThat(other.next().path("content").stringValue()).isEqualTo("answer");
        assertThat(one.next().path("content").stringValue()).isEqualTo("answer");
    }

    @Test
    void session_endedElsewhere_closesTheSocket() {
        var client = login(ann);
        var session = sessions(ann).getFirst();
        assertThat(session.path("device").stringValue()).isEqualTo("pymessage");

        api.call("DELETE", "/user/sessions/" + session.path("id").asString(), ann.token(), null, Map.of())
                .ok();

        assertThat(client.socket().awaitClosed().code()).isEqualTo(4401);
    }

    @Test
    void session_ofASocketThatCloses_endsWithIt() {
        var one = login(ann);
        var other = login(ann);
        assertThat(sessions(ann)).hasSize(2);

        one.socket().sayGoodbye();
        await().atMost(SOON).until(() -> sessions(ann).size() == 1);
        other.socket().drop();
        await().atMost(SOON).until(() -> sessions(ann).isEmpty());
    }

    @Test
    void frame_overTheLimit_closesTheSocket() {
        var client = login(ann);

        client.message(ben, "x".repeat(65_536));

        assertThat(client.socket().awaitClosed().code()).isEqualTo(4413);
    }

    private Pymessage stranger() {
        return keep(Pymessage.open(port));
    }

    private Pymessage login(User user) {
        return keep(Pymessage.login(port, user));
    }

    private <T extends AutoCloseable> T keep(T client) {
        clients.add(client);
        return client;
    }

    private void block(User by, User whom) {
        api.post("/block", by.token(), Map.of("user_id", whom.id())).ok();
    }

    private long chatOf(User user) {
        return chats(user).getFirst().path("id").longValue();
    }

    private List<JsonNode> chats(User user) {
        return api.get("/user/chats", user.token())
                .ok()
                .path("chats")
                .valueStream()
                .toList();
    }

    /// Up to where somebody has received the one chat they are in.
    private long delivered(User user) {
        return api.get("/chat/" + chatOf(user), user.token())
                .ok()
                .path("participants")
                .valueStream()
                .filter(participant -> participant.path("id").longValue() == user.id())
                .findFirst()
                .orElseThrow()
                .path("delivered")
                .longValue();
    }

    /// The sessions of sockets.
    private List<JsonNode> sessions(User user) {
        return api.get("/user/sessions", user.token())
                .ok()
                .path("sessions")
                .valueStream()
                .filter(session -> session.path("device").asString("").equals("pymessage"))
                .toList();
    }
}
