package koine.protocol.matcha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.JsonNode;

/// The socket, and in company with the native protocol.
@KoineTest
class MatchaSocketTest {

    private static final String NOT_FOUND = "chat not found";

    @LocalServerPort
    private int port;

    @Autowired
    private ApplicationContext service;

    @Autowired
    private MeterRegistry meters;

    @Autowired
    private DatabaseClient database;

    private final List<AutoCloseable> clients = new ArrayList<>();
    private Api api = new Api(0);
    private User ann = new User(0, "", "");
    private User ben = new User(0, "", "");
    private User eve = new User(0, "", "");

    @BeforeEach
    void people() {
        api = new Api(port);
        var people = new People(service).many("matcha", 3);
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

    @ParameterizedTest
    @EnumSource
    void message_atEitherAddress_goesToTheOtherAsTheDocumentHasIt(Matcha.Address address) {
        var bens = opened(Matcha.open(port, address, "", Map.of(), "{\"token\":\"" + ben.token() + "\"}"));
        bens.assertDone("connect_logged_user", Long.toString(ben.id()));
        var anns = opened(Matcha.open(port, address, "&token=" + ann.token(), Map.of(), ""));
        anns.assertDone("connect_logged_user", ann.id());
        var chat = api.privateChat(ann, ben);

        anns.emit(
                "message",
                Map.of(
                        "text",
                        "Hello",
                        "chat_id",
                        Long.toString(chat),
                        "author",
                        ann.username(),
                        "creation_date",
                        "2019-09-02T09:25:07.561Z",
                        "partner_id",
                        Long.toString(ben.id())));

        var came = bens.next("receive_message");
        assertThat(came.propertyNames())
                .containsExactlyInAnyOrder("text", "chat_id", "author", "creation_date", "partner_id", "message_id");
        assertThat(came.path("text").stringValue()).isEqualTo("Hello");
        assertThat(came.path("chat_id").longValue()).isEqualTo(chat);
        assertThat(came.path("author").stringValue()).isEqualTo(ann.username());
        assertThat(came.path("partner_id").longValue()).isEqualTo(ben.id());
        assertThat(came.path("message_id").isIntegralNumber()).isTrue();
        assertThat(came.path("creation_date").stringValue())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z")
                .doesNotStartWith("2019");
        anns.assertNothingCame();
    }

    @Test
    void message_withoutAChat_opensThePrivateOne() {
        var bens = live(ben);
        var anns = of(ann);

        var answer = anns.ask("message", said(ann, "hi", Map.of("partner_id", ben.id())));

        var came = bens.next("receive_message");
        assertThat(answer.path("message").stringValue()).isEqualTo("ok");
        assertThat(answer.path("message_id").longValue())
                .isEqualTo(came.path("message_id").longValue());
        assertThat(answer.path("chat_id").longValue()).isPositive();
        assertThat(came.path("chat_id").longValue())
                .isEqualTo(answer.path("chat_id").longValue());
    }

    @Test
    void message_withANativeClient_goesBothWays() {
        var bens = natively(ben);
        var anns = live(ann);
        var chat = api.privateChat(ann, ben);
        bens.await("chat.created");

        anns.emit("message", said(ann, "to native", Map.of("chat_id", chat)));
        assertThat(bens.await("message").path("message").path("contents").stringValue())
                .isEqualTo("to native");

        say(ben, chat, "to matcha");
        var came = anns.next("receive_message");
        assertThat(came.path("text").stringValue()).isEqualTo("to matcha");
        assertThat(came.path("author").stringValue()).isEqualTo(ben.username());
        assertThat(came.path("partner_id").longValue()).isEqualTo(ann.id());
    }

    @Test
    void message_inAGroup_goesToAllOthersWithoutAPartner() {
        var group = group(ann, ben, eve);
        var bens = live(ben);
        var eves = live(eve);

        of(ann).emit("message", said(ann, "all", Map.of("chat_id", group)));

        for (var client : List.of(bens, eves)) {
            var came = client.next("receive_message");
            assertThat(came.path("chat_id").longValue()).isEqualTo(group);
            assertThat(came.path("partner_id").isNull()).isTrue();
        }
    }

    @Test
    void message_asSomebodyElse_isRefusedAndCounted() {
        var chat = api.privateChat(ann, ben);
        var bens = live(ben);
        var before = impersonations();

        live(eve)
                .assertRefused("author: must be your own login", "message", said(ann, "evil", Map.of("chat_id", chat)));

        assertThat(impersonations()).isEqualTo(before + 1);
        bens.assertNothingCame();
    }

    @Test
    void message_intoAChatOfOthers_isRefused() {
        var chat = api.privateChat(ann, ben);
        var bens = live(ben);

        of(eve).assertRefused(NOT_FOUND, "message", said(eve, "evil", Map.of("chat_id", chat)));

        bens.assertNothingCame();
    }

    @Test
    void message_thatCantBe_isRefusedAndTheSocketStaysOpen() {
        var anns = of(ann);
        var nobody = Map.<String, Object>of("partner_id", Long.MAX_VALUE);

        anns.assertRefused("must be an object", "message", "text");
        anns.assertRefused("must be an object", "message");
        anns.assertRefused("author: is required", "message", Map.of("text", "x", "chat_id", 1));
        anns.assertRefused("text: must be text", "message", Map.of("author", "x", "text", 1, "chat_id", 1));
        anns.assertRefused("partner_id: is required", "message", Map.of("author", "x", "text", "t", "chat_id", ""));
        anns.assertRefused(
                "chat_id: must be a positive whole number",
                "message",
                Map.of("author", "x", "text", "t", "chat_id", "x1"));
        anns.assertRefused(
                "chat_id: must be a positive whole number",
                "message",
                Map.of("author", "x", "text", "t", "chat_id", 1.5));
        anns.assertRefused("text: must have 1 to 2047 characters", "message", said(ann, "", nobody));
        anns.assertRefused("user not found", "message", said(ann, "x", nobody));
        anns.assertNothingCame();
    }

    @Test
    void message_refusedWithACallback_tellsItToo() {
        var anns = of(ann);

        var answer = anns.ask("join", Long.MAX_VALUE);

        var expected = "{\"message\":\"chat not found\",\"event\":\"join\"}";
        assertThat(answer).hasToString(expected);
        assertThat(anns.next("error")).hasToString(expected);
    }

    @Test
    void binary_isRefusedAndTheSocketStaysOpen() {
        var anns = of(ann);

        anns.send("451-/api/socket,[\"message\",{\"_placeholder\":true,\"num\":0}]");
        anns.sendBinary(new byte[] {1});

        assertThat(anns.next("error"))
                .hasToString("{\"message\":\"binary attachments are not taken\",\"event\":\"message\"}");
        anns.assertNothingCame();
    }

    @Test
    void connect_whatWasMissed_comesFirstAndOnce() {
        var chat = api.privateChat(ann, ben);
        for (var i = 1; i <= 150; i++) {
            say(ann, chat, "m" + i);
        }

        var bens = live(ben);
        for (var i = 1; i <= 150; i++) {
            assertThat(bens.next("receive_message").path("text").stringValue()).isEqualTo("m" + i);
        }
        say(ann, chat, "live");
        assertThat(bens.next("receive_message").path("text").stringValue()).isEqualTo("live");
        await().until(() -> mark(chat, ben, "delivered") == 151);
        assertThat(mark(chat, ben, "read")).isZero();

        live(ben).assertNothingCame();
    }

    @Test
    void connect_notYet_getsNothing() {
        var bens = of(ben);

        say(ann, api.privateChat(ann, ben), "early");

        bens.assertNothingCame();
        bens.assertDone("connect_logged_user", ben.id());
        assertThat(bens.next("receive_message").path("text").stringValue()).isEqualTo("early");
        bens.assertDone("connect_logged_user", ben.id());
        bens.assertNothingCame();
    }

    @Test
    void connect_asSomebodyElse_isRefusedAndCounted() {
        var before = impersonations();
        var eves = of(eve);

        eves.assertRefused("user_id: must be your own", "connect_logged_user", ann.id());
        say(ben, api.privateChat(ann, ben), "private");

        eves.assertNothingCame();
        assertThat(impersonations()).isEqualTo(before + 1);
    }

    @Test
    void join_marksWhatComesAsRead() {
        var chat = api.privateChat(ann, ben);
        var other = api.privateChat(eve, ben);
        var bens = live(ben);
        bens.assertDone("join", Long.toString(chat));

        say(ann, chat, "seen");
        say(eve, other, "got");

        bens.next("receive_message");
        bens.next("receive_message");
        await().until(() -> mark(chat, ben, "read") == 1);
        await().until(() -> mark(other, ben, "delivered") == 1);
        assertThat(mark(other, ben, "read")).isZero();
    }

    @Test
    void join_ofOthersChat_isRefused() {
        of(eve).assertRefused(NOT_FOUND, "join", api.privateChat(ann, ben));
    }

    @ParameterizedTest
    @ValueSource(strings = {"history", "like", "dislike", "fake"})
    void notification_ofEachType_comesAndIsListed(String type) {
        var bens = live(ben);

        of(ann).assertDone("manage_notification", notification(ann, Long.toString(ben.id()), type));

        var came = bens.next("notification");
        assertThat(came.propertyNames()).containsExactly("author", "partner_id", "type", "id", "creation_date");
        assertThat(came.path("author").stringValue()).isEqualTo(ann.username());
        assertThat(came.path("partner_id").longValue()).isEqualTo(ben.id());
        assertThat(came.path("type").stringValue()).isEqualTo(type);
        var listed = notifications(ben).getFirst();
        assertThat(listed.path("id")).isEqualTo(came.path("id"));
        assertThat(listed.path("type").stringValue()).isEqualTo(type);
        assertThat(listed.path("from").path("id").longValue()).isEqualTo(ann.id());
    }

    @Test
    void notification_missed_comesFirstInTheOrderOfAllThatWasMissedAndOnce() {
        var chat = api.privateChat(ann, ben);
        api.post("/friend/request", ann.token(), Map.of("user_id", ben.id())).ok(); // a type that matcha has not
        var anns = of(ann);
        for (var i = 1; i <= 60; i++) {
            anns.assertDone("manage_notification", notification(ann, ben.id(), "history"));
            say(ann, chat, "m" + i);
        }
        anns.assertDone("manage_notification", notification(ann, ben.id(), "like"));

        var bens = live(ben);
        var last = 0L;
        for (var i = 1; i <= 60; i++) {
            var told = bens.next("notification");
            var said = bens.next("receive_message");
            assertThat(said.path("text").stringValue()).isEqualTo("m" + i);
            assertThat(told.path("type").stringValue()).isEqualTo("history");
            assertThat(told.path("id").longValue()).isGreaterThan(last);
            last = said.path("message_id").longValue();
            assertThat(last).isGreaterThan(told.path("id").longValue());
        }
        var like = bens.next("notification");
        assertThat(like.propertyNames()).containsExactly("author", "partner_id", "type", "id", "creation_date");
        assertThat(like.path("type").stringValue()).isEqualTo("like");
        await().until(() -> deliveredUpTo(ben) == like.path("id").longValue());

        live(ben).assertNothingCame();
    }

    @Test
    void notification_cameLiveOrWasReadNatively_doesNotComeAgain() {
        var anns = of(ann);
        var bens = live(ben);
        anns.assertDone("manage_notification", notification(ann, ben.id(), "like"));
        anns.assertDone("manage_notification", notification(ann, eve.id(), "like"));
        var like = bens.next("notification");
        await().until(() -> deliveredUpTo(ben) == like.path("id").longValue());
        bens.close();
        api.post(
                        "/notification/read",
                        eve.token(),
                        Map.of("up_to", notifications(eve).getFirst().path("id").longValue()))
                .ok();

        live(eve).assertNothingCame();
        anns.assertDone("manage_notification", notification(ann, ben.id(), "dislike"));

        var again = live(ben);
        assertThat(again.next("notification").path("type").stringValue()).isEqualTo("dislike");
        again.assertNothingCame();
    }

    @Test
    void notification_likeBothWays_isMutualUntilTakenBack() {
        var anns = live(ann);
        var bens = live(ben);

        anns.emit("manage_notification", notification(ann, ben.id(), "like"));
        assertThat(bens.next("notification").has("mutual")).isFalse();
        bens.emit("manage_notification", notification(ben, ann.id(), "like"));
        assertThat(anns.next("notification").path("mutual").booleanValue()).isTrue();
        assertThat(notifications(ann).getFirst().path("mutual").booleanValue()).isTrue();

        anns.emit("manage_notification", notification(ann, ben.id(), "dislike"));
        bens.next("notification");
        bens.emit("manage_notification", notification(ben, ann.id(), "like"));
        assertThat(anns.next("notification").has("mutual")).isFalse();
    }

    @Test
    void notification_secondFake_isAcceptedAndChangesNothing() {
        var bens = live(ben);
        var anns = of(ann);

        anns.assertDone("manage_notification", notification(ann, ben.id(), "fake"));
        anns.assertDone("manage_notification", notification(ann, ben.id(), "fake"));
        of(eve).assertDone("manage_notification", notification(eve, ben.id(), "fake"));

        assertThat(bens.next("notification").path("author").stringValue()).isEqualTo(ann.username());
        assertThat(bens.next("notification").path("author").stringValue()).isEqualTo(eve.username());
        bens.assertNothingCame();
        assertThat(notifications(ben)).hasSize(2);
    }

    @Test
    void notification_thatCantBe_isRefused() {
        api.post("/block", ben.token(), Map.of("user_id", eve.id())).ok();
        var before = impersonations();
        var anns = of(ann);

        anns.assertRefused(
                "type: must be history, like, dislike or fake",
                "manage_notification",
                notification(ann, ben.id(), "message"));
        anns.assertRefused(
                "author: must be your own login", "manage_notification", notification(eve, ben.id(), "like"));
        anns.assertRefused(
                "partner_id: must be somebody else's", "manage_notification", notification(ann, ann.id(), "like"));
        anns.assertRefused("user not found", "manage_notification", notification(ann, Long.MAX_VALUE, "like"));
        of(eve).assertRefused(
                        "there is a block between you two", "manage_notification", notification(eve, ben.id(), "like"));

        assertThat(impersonations()).isEqualTo(before + 1);
        assertThat(notifications(ben)).isEmpty();
        assertThat(notifications(ann)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"token\":\"forged\"}", "{\"token\":7}"})
    void stranger_mayConnectButDoNothing(String auth) {
        var stranger = opened(Matcha.open(port, Matcha.Address.COMMON, "", Map.of(), auth));
        var no = "not authenticated";

        stranger.assertRefused(no, "connect_logged_user", ann.id());
        stranger.assertRefused(no, "join", api.privateChat(ann, ben));
        stranger.assertRefused(no, "message", said(ann, "x", Map.of("partner_id", ben.id())));
        stranger.assertRefused(no, "manage_notification", notification(ann, ben.id(), "like"));
        stranger.assertRefused(no, "whatever");
        assertThat(notifications(ben)).isEmpty();
    }

    @Test
    void session_ended_disconnectsAndClosesWith4401() {
        var phone = new People(service).onAnotherDevice(ann);
        var ending = live(phone);
        var staying = live(ann);

        api.post("/logout", phone.token(), "").ok();

        ending.assertDisconnected(4401);
        staying.assertNothingCame();
    }

    private Matcha of(User user) {
        return opened(Matcha.of(port, user));
    }

    private Matcha live(User user) {
        return opened(Matcha.live(port, user));
    }

    private EventClient natively(User user) {
        return opened(EventClient.live(port, user.token()));
    }

    private <T extends AutoCloseable> T opened(T client) {
        clients.add(client);
        return client;
    }

    private void say(User author, long chat, String contents) {
        api.post("/chat/" + chat + "/message", author.token(), Map.of("contents", contents))
                .ok();
    }

    private long group(User owner, User... others) {
        var ids = List.of(others).stream().map(User::id).toList();
        return api.post("/chat/group/create", owner.token(), Map.of("name", "g", "with_ids", ids))
                .ok()
                .path("id")
                .longValue();
    }

    private long mark(long chat, User member, String mark) {
        return api.get("/chat/" + chat, member.token())
                .ok()
                .path("participants")
                .valueStream()
                .filter(each -> each.path("id").longValue() == member.id())
                .findFirst()
                .orElseThrow()
                .path(mark)
                .longValue();
    }

    private List<JsonNode> notifications(User user) {
        return api.get("/notification", user.token())
                .ok()
                .path("notifications")
                .valueStream()
                .toList();
    }

    /// 0 before the first.
    private long deliveredUpTo(User user) {
        return Objects.requireNonNull(
                database.sql("select coalesce(max(delivered_id), 0) from notification_mark where account_id = $1")
                        .bind("$1", user.id())
                        .mapValue(Long.class)
                        .one()
                        .block());
    }

    private double impersonations() {
        return meters.find("koine.protocol.impersonations").tag("protocol", "matcha").counters().stream()
                .mapToDouble(each -> each.count())
                .sum();
    }

    private static Map<String, Object> said(User author, String text, Map<String, ?> where) {
        var message = new HashMap<String, Object>(where);
        message.put("author", author.username());
        message.put("text", text);
        return message;
    }

    private static Map<String, Object> notification(User author, Object partner, String type) {
        return Map.of("author", author.username(), "partner_id", partner, "type", type);
    }
}
