package koine.protocol.uchat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import koine.testing.Api;
import koine.testing.Api.User;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.JsonNode;

/// The published document's conversations over real sockets, and what it leaves open.
@KoineTest
class UchatSocketTest {

    private static final Duration SOON = Duration.ofSeconds(10);

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
    private User eve = new User(0, "", "");

    @BeforeEach
    void people() {
        api = new Api(port);
        var people = new People(service).manyWithPassword("u", 3);
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
    void login_wrong_tellsWhatIsWrongAndMayBeTriedAgain() {
        var client = stranger();

        client.send(login("nobody-" + ann.username(), "secret"));
        client.assertNext("{\"type\":\"RESPONSE_LOGIN\",\"status\":\"LOGIN_WRONG_USER\"}");
        client.send(login("nobody@example.com", "secret"));
        client.assertNext("{\"type\":\"RESPONSE_LOGIN\",\"status\":\"LOGIN_WRONG_USER\"}");
        client.send(login(ann.username(), "wrong"));
        client.assertNext("{\"type\":\"RESPONSE_LOGIN\",\"status\":\"LOGIN_WRONG_PASS\"}");
        client.send(login(ann.username(), ""));
        assertThat(client.next().path("status").asString("")).isEqualTo("LOGIN_WRONG_PASS");
        client.send(login("\0", "secret"));
        assertThat(client.next().path("status").asString("")).isEqualTo("LOGIN_WRONG_USER");
        client.send(Map.of("type", "REQUEST_LOGIN", "login", ann.username()));
        client.assertFails("RESPONSE_LOGIN", "missing field: pass");

        client.send(login(ann.username(), "secret"));
        client.assertNext("{\"type\":\"RESPONSE_LOGIN\",\"status\":\"LOGIN_OK\"}");
        client.send(login(ann.username(), "secret"));
        client.assertFails("RESPONSE_LOGIN", "already logged in");
    }

    @Test
    void signUp_usable_isLoggedInAndNativeToo() {
        var name = "made-" + ann.username();
        var client = stranger();

        client.send(Map.of("type", "REQUEST_SIGNUP", "login", name, "pass", "user_pass"));
        client.assertNext("{\"type\":\"RESPONSE_SIGNUP\",\"status\":\"SINGUP_OK\"}");
        client.send(Map.of("type", "OLD_DIALOGS", "username", name));
        client.assertNext("{\"type\":\"OLD_DIALOGS\",\"dialogs\":[],\"id\":[],\"first_massage_id\":[]}");

        api.post("/login", null, Map.of("usernameOrEmail", name, "password", "user_pass"))
                .ok();
    }

    @Test
    void signUp_unusable_isRefused() {
        var client = stranger();

        client.send(Map.of("type", "REQUEST_SIGNUP", "login", ann.username(), "pass", "user_pass"));
        client.assertNext("{\"type\":\"RESPONSE_SIGNUP\",\"status\":\"SIGNUP_USER_EXIST\"}");
        for (var name : List.of("", "with space", "x".repeat(65))) {
            client.send(Map.of("type", "REQUEST_SIGNUP", "login", name, "pass", "user_pass"));
            assertThat(client.next().path("status").asString("")).isEqualTo("SINGUP_FAIL");
        }
        client.send(Map.of("type", "REQUEST_SIGNUP", "login", "new-" + ann.username(), "pass", "123"));
        assertThat(client.next().path("status").asString("")).isEqualTo("SINGUP_FAIL");
        client.send(Map.of("type", "REQUEST_SIGNUP", "login", "new-" + ann.username()));
        client.assertNext(
                "{\"type\":\"RESPONSE_SIGNUP\",\"status\":\"SINGUP_FAIL\",\"error\":\"missing field: pass\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE_ROOM",
                "SND_MSG",
                "READ_MSG",
                "SEARCH_USER",
                "DELETE_ROOM",
                "DELETE_MSG",
                "EDIT_MSG",
                "OLD_DIALOGS"
            })
    void command_beforeLogin_isRefused(String type) {
        var client = stranger();

        client.send(Map.of("type", type));

        client.assertFails(type, "not logged in");
    }

    @Test
    void frame_notUnderstood_isAnErrorAndTheSocketStaysOpen() {
        var client = login(ann);

        client.send("{'type': 'OLD_DIALOGS'}");
        client.assertNext("{\"type\":\"ERROR\",\"error\":\"malformed JSON\"}");
        client.send("[]");
        client.assertNext("{\"type\":\"ERROR\",\"error\":\"malformed JSON\"}");
        client.socket().sendBinary("{\"type\":\"OLD_DIALOGS\"}".getBytes(StandardCharsets.UTF_8));
        client.assertNext("{\"type\":\"ERROR\",\"error\":\"malformed JSON\"}");
        client.send("{\"type\":7}");
        client.assertNext("{\"type\":\"ERROR\",\"error\":\"unknown type\"}");
        client.send(Map.of("type", "SEARCH_USER"));
        client.assertFails("SEARCH_USER", "missing field: user");
        client.send(Map.of("type", "READ_MSG", "read", "SOME", "room_id", 1));
        client.assertFails("READ_MSG", "invalid field: read");
        client.send(Map.of("type", "DELETE_ROOM", "id", List.of()));
        client.assertFails("DELETE_ROOM", "invalid field: id");
        client.assertNothingCame();
    }

    @Test
    void createRoom_withSomebody_isOneRoomAndToldToThem() {
        var anns = login(ann);
        var annsOther = login(ann);
        var bens = login(ben);

        var room = anns.room(ben);

        bens.assertNext("{\"type\":\"CREATE_ROOM\",\"id\":%d,\"customer\":\"%s\"}".formatted(room, ann.username()));
        assertThat(bens.room(ann)).isEqualTo(room);
        assertThat(anns.room(ben)).isEqualTo(room);
        annsOther.assertNothingCame();
        bens.assertNothingCame();
    }

    @Test
    void createRoom_withNobodyOrOneself_fails() {
        var anns = login(ann);

        for (var customer : List.of("nobody-" + ann.username(), "", "x".repeat(1_000), "\0")) {
            anns.send(Map.of("type", "CREATE_ROOM", "username", ann.username(), "customer", customer));
            anns.assertFails("CREATE_ROOM", "there is no such user");
        }
        anns.send(Map.of("type", "CREATE_ROOM", "username", ann.username(), "customer", ann.username()));
        assertThat(anns.next().path("status").asString("")).isEqualTo("FAIL");
    }

    @Test
    void frame_onBehalfOfSomebodyElse_failsAndIsCounted() {
        var bens = login(ben);
        var room = bens.room(ann);
        var eves = login(eve);
        var before = impersonations();

        eves.send(Map.of("type", "CREATE_ROOM", "username", ben.username(), "customer", ann.username()));
        eves.assertFails("CREATE_ROOM", "username must be your own");
        eves.send(Map.of("type", "OLD_DIALOGS", "username", ben.username()));
        eves.assertFails("OLD_DIALOGS", "username must be your own");
        eves.send(Map.of(
                "type", "SND_MSG", "username", ben.username(), "room_id", room, "message", "x", "msg_type", "TEXT"));
        eves.assertNext(
                "{\"type\":\"SND_MSG\",\"status\":\"FAIL\",\"room_id\":%d,\"error\":\"username must be your own\"}"
                        .formatted(room));

        assertThat(impersonations()).isEqualTo(before + 3);
        assertThat(bens.read(room, "ALL")).isEmpty();
    }

    @Test
    void username_inAnotherCase_isOneself() {
        var anns = login(ann);

        anns.send(Map.of("type", "OLD_DIALOGS", "username", ann.username().toUpperCase(Locale.ROOT)));

        anns.assertNext("{\"type\":\"OLD_DIALOGS\",\"dialogs\":[],\"id\":[],\"first_massage_id\":[]}");
    }

    @Test
    void rooms_ofOthers_areClosedToStrangers() {
        var anns = login(ann);
        var room = anns.room(ben);
        var message = anns.said(room, "TEXT", "private");
        var eves = login(eve);

        eves.say(room, "TEXT", "hello");
        eves.assertNext("{\"type\":\"SND_MSG\",\"status\":\"FAIL\",\"room_id\":%d,\"error\":\"there is no such chat\"}"
                .formatted(room));
        eves.say(room, "FILE", "data:text/plain;base64,aGVsbG8=");
        assertThat(eves.next().path("error").asString("")).isEqualTo("there is no such chat");
        for (var which : List.of("ALL", "RESENT")) {
            eves.send(Map.of("type", "READ_MSG", "read", which, "room_id", room));
            eves.assertNext(
                    "{\"type\":\"READ_MSG\",\"status\":\"FAIL\",\"room_id\":%d,\"error\":\"there is no such chat\"}"
                            .formatted(room));
        }
        eves.send(Map.of("type", "DELETE_ROOM", "id", room));
        eves.assertFails("DELETE_ROOM", "there is no such chat");
        eves.send(Map.of("type", "DELETE_MSG", "id", message));
        eves.assertFails("DELETE_MSG", "there is no such message");
        eves.send(Map.of("type", "EDIT_MSG", "id", message, "new_msg", "x"));
        eves.assertFails("EDIT_MSG", "there is no such message");
        var bens = login(ben);
        assertThat(bens.next().path("message").asString("")).isEqualTo("private");
        bens.send(Map.of("type", "EDIT_MSG", "id", message, "new_msg", "x"));
        bens.assertFails("EDIT_MSG", "this message is not yours");
        bens.send(Map.of("type", "DELETE_MSG", "id", message));
        bens.assertFails("DELETE_MSG", "this message is not yours");
        assertThat(anns.read(room, "ALL")).hasSize(1);
        assertThat(media()).isZero();
    }

    @Test
    void message_said_isAnsweredAndReadByOthers() {
        var anns = login(ann);
        var annsOther = login(ann);
        var room = anns.room(ben);
        var bens = login(ben);

        anns.send(Map.of(
                "type",
                "SND_MSG",
                "username",
                ann.username(),
                "room_id",
                "" + room,
                "message",
                "hi \"ben\"",
                "msg_type",
                "TEXT"));

        var answer = anns.next();
        var id = answer.path("message_id").longValue();
        var date = answer.path("date").asString("");
        assertThat(answer)
                .hasToString("{\"type\":\"SND_MSG\",\"status\":\"OK\",\"room_id\":%d,\"message_id\":%d,\"date\":\"%s\"}"
                        .formatted(room, id, date));
        bens.assertNext(
                ("{\"type\":\"READ_MSG\",\"status\":\"OK\",\"room_id\":%d,\"message_id\":%d,\"msg_type\":\"TEXT\","
                                + "\"message\":\"hi \\\"ben\\\"\",\"date\":\"%s\",\"sender\":\"%s\"}")
                        .formatted(room, id, date, ann.username()));
        await().atMost(SOON).until(() -> mark("delivered_seq", ben, room) == 1);
        assertThat(mark("read_seq", ben, room)).isZero();
        annsOther.assertNothingCame();
    }

    @ParameterizedTest
    @CsvSource({"TEXT,''", "TEXT,LONG", "PICTURE,x", "FILE,x", "FILE,999999999", "IMAGE,'data:,x'"})
    void message_unusable_fails(String type, String message) {
        var anns = login(ann);
        var room = anns.room(ben);

        anns.say(room, type, message.equals("LONG") ? "x".repeat(2_048) : message);

        assertThat(anns.next().path("status").asString("")).isEqualTo("FAIL");
        assertThat(anns.read(room, "ALL")).isEmpty();
    }

    @Test
    void message_acrossProtocols_isTheSameBothWays() {
        var natives = keep(EventClient.live(port, ann.token()));
        var room = api.privateChat(ann, ben);
        var bens = login(ben);

        bens.said(room, "TEXT", "from uchat");
        assertThat(natives.await("message").path("message").path("contents").stringValue())
                .isEqualTo("from uchat");
        natives.send(Map.of("type", "message.send", "chat_id", room, "contents", "from native"));
        var shown = bens.next();
        assertThat(shown.path("message").asString("")).isEqualTo("from native");
        assertThat(shown.path("sender").asString("")).isEqualTo(ann.username());
    }

    @Test
    void login_afterAWhile_tellsWhatWaitsOnce() {
        var anns = login(ann);
        var room = anns.room(ben);
        anns.said(room, "TEXT", "one");
        anns.said(room, "TEXT", "two");

        var bens = login(ben);

        assertThat(List.of(bens.next(), bens.next()))
                .extracting(frame -> frame.path("message").asString(""))
                .containsExactly("one", "two");
        await().atMost(SOON).until(() -> mark("delivered_seq", ben, room) == 2);
        login(ben).assertNothingCame();
    }

    @Test
    void readAll_room_tellsOldestFirstThenTheEndAndMovesTheMark() {
        var anns = login(ann);
        var room = anns.room(ben);
        var first = anns.said(room, "TEXT", "one");
        for (int i = 2; i <= 250; i++) {
            anns.said(room, "TEXT", "message " + i);
        }
        var deleted = anns.said(room, "TEXT", "gone");
        anns.send(Map.of("type", "DELETE_MSG", "id", deleted));
        anns.next();
        var bens = login(ben);
        for (int i = 1; i <= 250; i++) {
            bens.next();
        }

        var all = bens.read(room, "ALL");

        assertThat(all).hasSize(250);
        assertThat(all.getFirst().path("message_id").longValue()).isEqualTo(first);
        assertThat(all.getFirst().path("sender").asString("")).isEqualTo(ann.username());
        assertThat(all)
                .extracting(frame -> frame.path("message_id").longValue())
                .isSorted();
        assertThat(mark("read_seq", ben, room)).isEqualTo(250);
        bens.send(Map.of("type", "READ_MSG", "read", "RESENT", "room_id", room));
        bens.assertNext("{\"type\":\"READ_MSG\",\"status\":\"OK\",\"room_id\":%d,\"end\":true}".formatted(room));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RESENT", "RECENT"})
    void readResent_room_tellsWhatWasNotRead(String which) {
        var anns = login(ann);
        var room = anns.room(ben);
        anns.said(room, "TEXT", "one");
        var bens = login(ben);
        assertThat(bens.next().path("message").asString("")).isEqualTo("one");
        assertThat(bens.read(room, which)).hasSize(1);
        anns.said(room, "TEXT", "two");
        anns.said(room, "TEXT", "three");
        bens.next();
        bens.next();

        assertThat(bens.read(room, which))
                .extracting(frame -> frame.path("message").asString(""))
                .containsExactly("two", "three");
        assertThat(mark("read_seq", ben, room)).isEqualTo(3);
        assertThat(bens.read(room, which)).isEmpty();
    }

    @Test
    void search_partOfAName_findsOthersAndNeverOneself() {
        var anns = login(ann);

        anns.send(Map.of("type", "SEARCH_USER", "user", ben.username()));
        var found = anns.next();
        assertThat(found.path("type").asString("")).isEqualTo("SEARCH_USER");
        assertThat(found.path("user").path(0).asString("")).isEqualTo(ben.username());
        anns.send(Map.of("type", "SEARCH_USER", "user", "u-"));
        var many = anns.next()
                .path("user")
                .valueStream()
                .map(JsonNode::stringValue)
                .toList();
        assertThat(many).hasSizeLessThanOrEqualTo(20).doesNotContain(ann.username());
        anns.send(Map.of("type", "SEARCH_USER", "user", "nobody is called that"));
        anns.assertNext("{\"type\":\"SEARCH_USER\",\"user\":[]}");
        anns.send(Map.of("type", "SEARCH_USER", "user", ""));
        assertThat(anns.next().path("status").asString("")).isEqualTo("FAIL");
    }

    @Test
    void search_whatStandsInTheMiddle_isFound() {
        var odd = new People(service).one("xylophon-in-the-zoo-of-my-quite-long-name");
        var anns = login(ann);

        anns.send(Map.of("type", "SEARCH_USER", "user", "in-the-ZOO"));

        assertThat(anns.next().path("user").valueStream().map(JsonNode::stringValue))
                .contains(odd.username());
    }

    @Test
    void deleteRoom_byOne_isToldToAllOnceAndTheRoomIsGone() {
        var anns = login(ann);
        var room = anns.room(ben);
        anns.said(room, "TEXT", "one");
        var bens = login(ben);
        bens.next();

        bens.send(Map.of("type", "DELETE_ROOM", "id", room));

        for (var client : List.of(anns, bens)) {
            client.assertNext("{\"type\":\"DELETE_ROOM\",\"id\":" + room + "}");
            client.assertNothingCame();
        }
        anns.say(room, "TEXT", "still there?");
        assertThat(anns.next().path("status").asString("")).isEqualTo("FAIL");
    }

    @Test
    void deleteRoom_ofAGroup_isForItsOwnerOnly() {
        var group = group(ann, ben);
        var anns = login(ann);
        var bens = login(ben);

        bens.send(Map.of("type", "DELETE_ROOM", "id", group));
        assertThat(bens.next().path("status").asString("")).isEqualTo("FAIL");
        anns.send(Map.of("type", "DELETE_ROOM", "id", group));
        bens.assertNext("{\"type\":\"DELETE_ROOM\",\"id\":" + group + "}");
    }

    @Test
    void deleteMessage_ofOnes_isToldToAllOnceAndAnsweredEachTime() {
        var anns = login(ann);
        var room = anns.room(ben);
        var id = anns.said(room, "TEXT", "one");
        var bens = login(ben);
        bens.next();

        anns.send(Map.of("type", "DELETE_MSG", "id", "" + id));

        for (var client : List.of(anns, bens)) {
            client.assertNext("{\"type\":\"DELETE_MSG\",\"id\":" + id + "}");
            client.assertNothingCame();
        }
        anns.send(Map.of("type", "DELETE_MSG", "id", id));
        anns.assertNext("{\"type\":\"DELETE_MSG\",\"id\":" + id + "}");
        bens.assertNothingCame();
    }

    @Test
    void deleteMessage_ofAMember_isForAdminsOfTheGroup() {
        var group = group(ann, ben);
        var bens = login(ben);
        var anns = login(ann);
        var id = bens.said(group, "TEXT", "one");
        anns.next();

        anns.send(Map.of("type", "DELETE_MSG", "id", id));

        bens.assertNext("{\"type\":\"DELETE_MSG\",\"id\":" + id + "}");
        anns.assertNext("{\"type\":\"DELETE_MSG\",\"id\":" + id + "}");
    }

    @Test
    void editMessage_ofOnes_isToldToAllOnce() {
        var anns = login(ann);
        var room = anns.room(ben);
        var id = anns.said(room, "TEXT", "one");
        var bens = login(ben);
        bens.next();

        anns.send(Map.of("type", "EDIT_MSG", "id", id, "new_msg", "another"));

        for (var client : List.of(anns, bens)) {
            client.assertNext("{\"type\":\"EDIT_MSG\",\"id\":" + id + ",\"new_msg\":\"another\"}");
            client.assertNothingCame();
        }
        anns.send(Map.of("type", "EDIT_MSG", "id", id, "new_msg", ""));
        assertThat(anns.next().path("status").asString("")).isEqualTo("FAIL");
    }

    @Test
    void changes_madeInAnotherProtocol_areTold() {
        var room = api.privateChat(ann, ben);
        var bens = login(ben);
        var natives = keep(EventClient.live(port, ann.token()));
        natives.send(Map.of("type", "message.send", "chat_id", room, "contents", "one"));
        var id = bens.next().path("message_id").longValue();

        api.call("PATCH", "/message/" + id, ann.token(), Map.of("contents", "two"), Map.of());
        bens.assertNext("{\"type\":\"EDIT_MSG\",\"id\":" + id + ",\"new_msg\":\"two\"}");
        api.call("DELETE", "/message/" + id, ann.token(), null, Map.of()).ok();
        bens.assertNext("{\"type\":\"DELETE_MSG\",\"id\":" + id + "}");
        api.call("DELETE", "/chat/" + room, ann.token(), null, Map.of()).ok();
        bens.assertNext("{\"type\":\"DELETE_ROOM\",\"id\":" + room + "}");
        api.privateChat(ann, ben);
        assertThat(bens.next().path("customer").asString("")).isEqualTo(ann.username());
    }

    @Test
    void oldDialogs_several_areParallelListsByLastActivity() {
        var anns = login(ann);
        var withBen = anns.room(ben);
        var first = anns.said(withBen, "TEXT", "one");
        anns.said(withBen, "TEXT", "two");
        var withEve = anns.room(eve);
        var group = group(ann, ben);
        anns.said(withBen, "TEXT", "three");

        anns.send(Map.of("type", "OLD_DIALOGS", "username", ann.username()));

        anns.assertNext(("{\"type\":\"OLD_DIALOGS\",\"dialogs\":[\"%s\",\"people\",\"%s\"],\"id\":[%d,%d,%d],"
                        + "\"first_massage_id\":[%d,null,null]}")
                .formatted(ben.username(), eve.username(), withBen, group, withEve, first));
    }

    @Test
    void session_ofASocket_endsWithItAndClosesItWhenItEnds() {
        var one = login(ann);
        assertThat(sessions(ann)).hasSize(1);
        one.socket().sayGoodbye();
        await().atMost(SOON).until(() -> sessions(ann).isEmpty());

        var other = login(ann);
        api.call(
                        "DELETE",
                        "/user/sessions/" + sessions(ann).getFirst().path("id").asString(),
                        ann.token(),
                        null,
                        Map.of())
                .ok();
        assertThat(other.socket().awaitClosed().code()).isEqualTo(4401);
    }

    private Uchat stranger() {
        return keep(Uchat.open(port));
    }

    private Uchat login(User user) {
        return keep(Uchat.login(port, user));
    }

    private static Map<String, String> login(String login, String pass) {
        var frame = new LinkedHashMap<String, String>();
        frame.put("type", "REQUEST_LOGIN");
        frame.put("login", login);
        frame.put("pass", pass);
        return frame;
    }

    private <T extends AutoCloseable> T keep(T client) {
        clients.add(client);
        return client;
    }

    private long group(User owner, User member) {
        return api.post("/chat/group/create", owner.token(), Map.of("with_ids", List.of(member.id()), "name", "people"))
                .ok()
                .path("id")
                .longValue();
    }

    private double impersonations() {
        return meters.find("koine.protocol.impersonations").tag("protocol", "uchat").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private long mark(String mark, User user, long chat) {
        return Objects.requireNonNull(
                database.sql("select " + mark + " as mark from member where account_id = $1 and chat_id = $2")
                        .bind("$1", user.id())
                        .bind("$2", chat)
                        .map(row -> Objects.requireNonNull(row.get("mark", Long.class)))
                        .one()
                        .block(SOON));
    }

    /// How many files the one who must not store any has stored.
    private long media() {
        return Objects.requireNonNull(database.sql("select count(*) as n from media where owner_id = $1")
                .bind("$1", eve.id())
                .map(row -> Objects.requireNonNull(row.get("n", Long.class)))
                .one()
                .block(SOON));
    }

    /// The sessions of sockets.
    private List<JsonNode> sessions(User user) {
        return api.get("/user/sessions", user.token())
                .ok()
                .path("sessions")
                .valueStream()
                .filter(session -> session.path("device").asString("").equals("uchat"))
                .toList();
    }
}
