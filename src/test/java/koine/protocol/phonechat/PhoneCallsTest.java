package koine.protocol.phonechat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import koine.protocol.phonechat.Phones.Phone;
import koine.testing.Api;
import koine.testing.KoineTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/// Every HTTP call, and how it is refused.
@KoineTest
class PhoneCallsTest {

    private static final String NO_ADMIN = "{\"info\":\"error\",\"message\":\"The Sender is not an Admin\"}";
    private static final String NOT_FOUND = "{\"detail\":\"Not found.\"}";

    @LocalServerPort
    private int port;

    @Autowired
    private BeanFactory service;

    private Phone ann = new Phone(new Api.User(0, "", ""), "", 0);
    private Phone ben = ann;
    private Phone eve = ann;

    @BeforeEach
    void people() {
        var people = new Phones(service, port).many(3);
        ann = people.get(0);
        ben = people.get(1);
        eve = people.get(2);
    }

    @Test
    void dialogue_openedAndDeleted_isAnsweredAsDocumented() {
        var path = "/chat/special/personal";
        var both = Map.of("msg_from", ann.number(), "msg_to", ben.number());
        var shown = "{\"msg_from\":\"" + ann.number() + "\",\"msg_to\":\"" + ben.number() + "\",\"info\":\"";

        assertThat(ann.call("POST", path, both).ok()).hasToString(shown + "created\"}");
        assertThat(ann.call("POST", path, both).ok()).hasToString(shown + "returned\"}");
        assertThat(ann.call("PATCH", "/chat/info/personal", Map.of("msg_from", ann.number(), "msg_to", ben.number()))
                        .ok())
                .hasToString("{\"last_received_receiver\":null,\"last_seen_receiver\":null,\"info\":\"returned\"}");
        assertThat(ann.call("DELETE", path, both).ok()).hasToString(shown + "deleted\",\"message\":\"Chat Deleted\"}");
        assertAnswer(ann.call("DELETE", path, both), 404, NOT_FOUND);
        assertAnswer(ann.call("POST", path, Map.of("msg_from", ann.number(), "msg_to", "0000000000")), 404, NOT_FOUND);
        assertThat(ann.call("POST", path, Map.of("msg_from", eve.number(), "msg_to", ben.number()))
                        .status())
                .isEqualTo(403);
        assertThat(ann.call("POST", path, Map.of("msg_from", ann.number())).status())
                .isEqualTo(400);
        assertThat(ann.call("POST", path, "nonsense").status()).isEqualTo(400);
    }

    @Test
    void group_madeAndLookedAt_showsNumbers() {
        var made = ann.call(
                        "POST",
                        "/chat/special/group",
                        Map.of(
                                "name",
                                "g",
                                "bio",
                                "b".repeat(80),
                                "admin",
                                List.of(ben.number()),
                                "participants",
                                List.of(eve.number(), ben.number())))
                .ok();
        var key = made.path("key").stringValue();
        var group = "{\"name\":\"g\",\"key\":\"" + key + "\",\"bio\":\"" + "b".repeat(80) + "\",\"participants\":[\""
                + ann.number() + "\",\"" + ben.number() + "\",\"" + eve.number() + "\"],\"admin\":[\"" + ann.number()
                + "\",\"" + ben.number() + "\"],\"info\":\"";

        assertThat(key).hasSize(10);
        assertThat(made).hasToString(group + "created\"}");
        assertThat(eve.get("/chat/info/group?grp_name=" + key).ok()).hasToString(group + "returned\"}");
        assertThat(eve.call("PATCH", "/chat/info/group", Map.of("grp_name", key))
                        .ok())
                .hasToString(group + "returned\"}");
        var stranger = new Phones(service, port).many(1).getFirst();
        assertAnswer(stranger.get("/chat/info/group?grp_name=" + key), 404, NOT_FOUND);
    }

    @Test
    void group_unusable_isRefusedByField() {
        assertAnswer(
                ann.call(
                        "POST",
                        "/chat/special/group",
                        Map.of(
                                "name",
                                "g",
                                "bio",
                                "",
                                "admin",
                                List.of("0000000001"),
                                "participants",
                                List.of("0000000002", ben.number()))),
                400,
                "{\"info\":\"error\",\"message\":{\"participants\":[\"0000000002\"],\"admin\":[\"0000000001\"]}}");
        for (var bad : List.<Map<String, Object>>of(
                Map.of("bio", ""),
                Map.of("name", "n".repeat(31)),
                Map.of("name", "n", "bio", "b".repeat(81)),
                Map.of("name", "n", "participants", "x"))) {
            var answer = ann.call("POST", "/chat/special/group", bad);
            assertThat(answer.status()).as(bad::toString).isEqualTo(400);
            assertThat(answer.body().path("info").stringValue()).isEqualTo("error");
        }
    }

    @Test
    void parameter_thatNoRequestMayHave_isRefusedInTheProtocolsShape() {
        var malformed = "{\"info\":\"error\",\"message\":\"the request is malformed\"}";

        assertAnswer(ann.get("/chat/info/group?grp_nam%C2%90=x"), 400, malformed);
        assertAnswer(new Api(port).get("/chat/info/group?toke%C2%90=x", null), 400, malformed);
    }

    @Test
    void group_changedByWhoMayAndWhoMayNot_isAnsweredAsDocumented() {
        var key = group(ann, ben);

        assertAnswer(change(ben, "add", key, eve), 400, NO_ADMIN);
        assertThat(info(change(ann, "add", key, eve))).isEqualTo("added");
        assertAnswer(change(ben, "remove", key, eve), 400, NO_ADMIN);
        assertAnswer(change(ben, "promote", key, ben), 400, NO_ADMIN);
        assertThat(info(change(ann, "promote", key, ben))).isEqualTo("promoted");
        assertAnswer(change(ann, "remove", key, ben), 400, "{\"info\":\"error\",\"message\":\"Wrong Operation\"}");
        assertThat(info(change(ben, "remove", key, eve))).isEqualTo("removed");
        assertAnswer(change(eve, "leave", key, eve), 404, NOT_FOUND);
        assertAnswer(change(ann, "nonsense", key, eve), 400, "{\"info\":\"error\",\"message\":\"Wrong Operation\"}");
        assertAnswer(
                ann.call(
                        "PATCH",
                        "/chat/special/group",
                        Map.of("command", "add", "key", key, "msg_from", ann.number(), "msg_to", "0000000000")),
                404,
                NOT_FOUND);
        assertThat(ben.call(
                                "PATCH",
                                "/chat/special/group",
                                Map.of("command", "leave", "key", key, "msg_from", ann.number()))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void group_leftByItsLastAdminAndThenByAll_isPassedOnAndThenGone() {
        var key = group(ann, ben, eve);

        assertThat(info(change(ann, "leave", key, ann))).isEqualTo("left");
        assertThat(ben.get("/chat/info/group?grp_name=" + key).ok().path("admin"))
                .hasToString("[\"" + ben.number() + "\"]");
        assertThat(info(change(ben, "leave", key, ben))).isEqualTo("left");
        assertThat(info(change(eve, "leave", key, eve))).isEqualTo("left");
        assertAnswer(eve.get("/chat/info/group?grp_name=" + key), 404, NOT_FOUND);
    }

    @Test
    void group_of128_takesNobodyElse() {
        var many = new Phones(service, port).many(127);
        var key = group(ann, many.toArray(Phone[]::new));
        var full = "{\"info\":\"error\",\"message\":\"Group Full\"}";

        assertAnswer(change(ann, "add", key, ben), 400, full);
        var numbers = new ArrayList<>(many.stream().map(Phone::number).toList());
        numbers.add(ben.number());
        assertAnswer(
                ann.call("POST", "/chat/special/group", Map.of("name", "big", "participants", numbers)), 400, full);
    }

    @Test
    void group_deleted_byAnAdminOnly() {
        var key = group(ann, ben);
        var body = Map.of("key", key, "msg_from", ben.number());

        assertAnswer(ben.call("DELETE", "/chat/special/group", body), 400, NO_ADMIN);
        assertThat(info(ann.call("DELETE", "/chat/special/group", Map.of("key", key, "msg_from", ann.number()))))
                .isEqualTo("deleted");
        assertAnswer(ann.get("/chat/info/group?grp_name=" + key), 404, NOT_FOUND);
    }

    @Test
    void room_joinedAndLeft_isFoundByItsName() {
        var name = "room " + ann.number();
        ann.call("POST", "/chat/special/room", Map.of("name", name, "bio", "all"))
                .ok();

        assertThat(info(room(ben, "join", name))).isEqualTo("joined");
        assertThat(eve.call("PATCH", "/chat/info/room", Map.of("room_name", name))
                        .ok()
                        .path("participants"))
                .hasToString("[\"" + ann.number() + "\",\"" + ben.number() + "\"]");
        assertThat(info(room(ben, "leave", name))).isEqualTo("left");
        assertAnswer(room(ben, "leave", name), 404, NOT_FOUND);
        assertAnswer(room(ben, "join", "no " + name), 404, NOT_FOUND);
        assertThat(ben.call("POST", "/chat/special/room", Map.of("name", name)).status())
                .isEqualTo(400);
    }

    @Test
    void active_ofOneself_isDeclaredAndFound() {
        var declare = Map.of("user_num", ann.number(), "command", "activate", "last_active", "2020-11-21 16:32:17.356");
        assertThat(ben.get("/chat/info/active?user_num=" + ann.number()).ok())
                .hasToString("{\"info\":\"found\",\"active\":false,\"last_active\":null}");

        assertThat(ann.call("PUT", "/chat/info/active", declare).ok())
                .hasToString("{\"info\":\"updated\",\"message\":\"Active Data Has been updated\"}");

        var found = ben.call("PATCH", "/chat/info/active", Map.of("user_num", ann.number()))
                .ok();
        assertThat(found.path("active").booleanValue()).isTrue();
        assertThat(found.path("last_active").stringValue()).startsWith("20");
        assertThat(ben.call("PUT", "/chat/info/active", declare).status()).isEqualTo(403);
        ann.call("PUT", "/chat/info/active", Map.of("user_num", ann.number(), "command", "deactivate"))
                .ok();
        assertThat(ben.get("/chat/info/active?user_num=" + ann.number())
                        .ok()
                        .path("active")
                        .booleanValue())
                .isFalse();
        assertAnswer(ben.get("/chat/info/active?user_num=0000000000"), 404, NOT_FOUND);
        assertThat(ann.call("PUT", "/chat/info/active", Map.of("user_num", ann.number(), "command", "x"))
                        .status())
                .isEqualTo(400);
    }

    /// What ann's coming has to write waits for its turn behind ben's, and is not to come after what she says next.
    @Test
    void active_declaredAndTakenBackAtOnce_isAsWasSaidLast() {
        declare(ben, "activate");
        declare(ann, "activate");
        declare(ann, "deactivate");

        await().during(Duration.ofMillis(100))
                .until(() -> !ben.get("/chat/info/active?user_num=" + ann.number())
                        .ok()
                        .path("active")
                        .booleanValue());
    }

    private static void declare(Phone phone, String command) {
        phone.call("PUT", "/chat/info/active", Map.of("user_num", phone.number(), "command", command))
                .ok();
    }

    @Test
    void calls_withoutAToken_areRefused() {
        var api = new Api(port);
        for (var path : List.of("/chat/special", "/chat/info", "/chat/info/active?user_num=" + ann.number())) {
            assertThat(api.get(path, null).status()).as(path).isEqualTo(401);
            assertThat(api.get(path, "nonsense").status()).as(path).isEqualTo(401);
            assertThat(api.get(path + (path.contains("?") ? "&" : "?") + "token=" + ann.token(), null)
                            .status())
                    .as(path)
                    .isEqualTo(200);
        }
        assertThat(api.post("/chat/special/group", null, Map.of("name", "g")).status())
                .isEqualTo(401);
        assertThat(api.post("/chat/group/create", null, Map.of()).status()).isEqualTo(401);
        assertThat(api.post("/chat/room/create", null, Map.of()).status()).isEqualTo(401);
    }

    /// Neither the pages nor the calls stand in the way of the native calls, or the other way round.
    @Test
    void nativeCalls_belowTheSamePath_areServed() {
        var api = new Api(port);
        var chat = api.privateChat(ann.user(), ben.user());

        api.get("/chat/" + chat, ann.token()).ok();
        api.get("/chat/" + chat + "/messages", ann.token()).ok();
        assertThat(api.get("/chat/" + chat, null).status()).isEqualTo(401);
        assertThat(api.get("/chat/rooms", ann.token()).status()).isEqualTo(200);
    }

    private Api.Answer change(Phone who, String command, String key, Phone whom) {
        return who.call(
                "PATCH",
                "/chat/special/group",
                Map.of("command", command, "key", key, "msg_from", who.number(), "msg_to", whom.number()));
    }

    private Api.Answer room(Phone who, String command, String name) {
        return who.call(
                "PATCH", "/chat/special/room", Map.of("command", command, "name", name, "msg_from", who.number()));
    }

    private String group(Phone admin, Phone... others) {
        JsonNode made = admin.call(
                        "POST",
                        "/chat/special/group",
                        Map.of(
                                "name",
                                "group",
                                "participants",
                                List.of(others).stream().map(Phone::number).toList()))
                .ok();
        return made.path("key").stringValue();
    }

    private static String info(Api.Answer answer) {
        return answer.ok().path("info").stringValue();
    }

    private static void assertAnswer(Api.Answer answer, int status, String body) {
        assertThat(answer.body()).hasToString(body);
        assertThat(answer.status()).isEqualTo(status);
    }
}
