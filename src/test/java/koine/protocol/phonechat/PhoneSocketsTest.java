package koine.protocol.phonechat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import koine.auth.SessionCookies;
import koine.auth.Tokens;
import koine.auth.Visit;
import koine.protocol.phonechat.Phones.Line;
import koine.protocol.phonechat.Phones.Phone;
import koine.testing.Api;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import koine.testing.People;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpHeaders;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.util.LinkedMultiValueMap;
import tools.jackson.databind.JsonNode;

/// The published document's conversations over real sockets, and what it leaves open.
@KoineTest
class PhoneSocketsTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String AT = "2020-11-21 16:32:17.356";
    private static final String LATER = "2020-11-21 17:11:30.404";

    @LocalServerPort
    private int port;

    @Autowired
    private BeanFactory service;

    @Autowired
    private DatabaseClient database;

    @Autowired
    private MeterRegistry meters;

    private final List<AutoCloseable> lines = new ArrayList<>();
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

    @AfterEach
    void closeAll() throws Exception {
        for (var line : lines) {
            line.close();
        }
    }

    @Test
    void newMessage_toSomebodyThere_comesAsSentAndIsAnswered() {
        var received = kept(ben.receive());
        var send = kept(ann.to(ben));

        send.say("new_msg", "ok", ben.number(), AT);

        assertThat(received.next()).hasToString(frame("ok", "new_msg", ann.number(), ben.number(), AT));
        var answer = send.next();
        assertThat(answer)
                .hasToString(frame(AT, "msg_sent", ann.number(), ben.number(), text(answer, "sent_timestamp")));
        assertThat(text(answer, "sent_timestamp")).matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}");
        assertThat(retention()).isEqualTo("until_delivered");
    }

    @Test
    void newMessage_sameTripleTwice_isStoredAndDeliveredOnce() {
        var received = kept(ben.receive());
        var send = kept(ann.to(ben));

        for (int i = 0; i < 2; i++) {
            send.say("new_msg", "once", ben.number(), AT);
            assertThat(text(send.next(), "command")).isEqualTo("msg_sent");
        }
        send.say("new_msg", "other", ben.number(), AT);
        assertError(send, "new_msg", "another message of yours has this sent_timestamp", ben.number());
        send.say("new_msg", "last", ben.number(), LATER);

        assertThat(text(received.next(), "message")).isEqualTo("once");
        assertThat(text(received.next(), "message")).isEqualTo("last");
    }

    @Test
    void newMessage_repeatedAfterItWasReceived_isAnsweredAndNotDeliveredAgain() {
        var received = kept(ben.receive());
        var send = kept(ann.to(ben));
        send.say("new_msg", "gone", ben.number(), AT);
        send.next();
        received.next();
        kept(ben.to(ann)).say("msg_received", AT, ann.number(), LATER);
        awaitGone();

        send.say("new_msg", "gone", ben.number(), AT);

        assertThat(text(send.next(), "command")).isEqualTo("msg_sent");
        assertThat(fetch(received, "fetch_msgs")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2020-11-21 16:32:17", "2020-11-21T16:32:17.356Z", "2020-11-21T16:32:17.123456789+05:30"})
    void sentTimestamp_anyForm_isShownAsGiven(String at) {
        var received = kept(ben.receive());
        kept(ann.to(ben)).say("new_msg", "x", ben.number(), at);

        assertThat(text(received.next(), "sent_timestamp")).isEqualTo(at);
        assertThat(fetch(received, "fetch_msgs")
                        .getFirst()
                        .path("sent_timestamp")
                        .stringValue())
                .isEqualTo(at);
    }

    @Test
    void received_outOfOrder_releasesThatMessageAlone() {
        var atAnn = kept(ann.receive());
        var atBen = kept(ben.receive());
        var send = kept(ann.to(ben));
        for (int i = 1; i <= 3; i++) {
            send.say("new_msg", "m" + i, ben.number(), stamp(i));
            send.next();
            atBen.next();
        }

        kept(ben.to(ann)).say("msg_received", stamp(2), ann.number(), LATER);

        assertThat(atAnn.next()).hasToString(frame(stamp(2), "msg_received", ben.number(), ann.number(), LATER));
        assertThat(fetch(atBen, "fetch_msgs"))
                .extracting(message -> text(message, "message"))
                .containsExactly("m1", "m3");
        assertThat(count("select count(*) from message m join chat c on c.id = m.chat_id where m.contents is not null "
                        + "and m.author_id = " + ann.user().id()))
                .isEqualTo(2);
    }

    @Test
    void read_unreceived_isReceivedAsWellAndMovesLastSeen() {
        var atAnn = kept(ann.receive());
        var send = kept(ann.to(ben));
        for (int i = 1; i <= 2; i++) {
            send.say("new_msg", "m" + i, ben.number(), stamp(i));
            send.next();
        }

        kept(ben.to(ann)).say("msg_read", stamp(2), ann.number(), LATER);

        assertThat(atAnn.next()).hasToString(frame(stamp(2), "msg_read", ben.number(), ann.number(), LATER));
        assertThat(fetch(kept(ben.receive()), "fetch_msgs"))
                .extracting(message -> text(message, "message"))
                .containsExactly("m1");
        assertThat(ann.get("/chat/info/personal?msg_from=" + ann.number() + "&msg_to=" + ben.number())
                        .ok())
                .hasToString("{\"last_received_receiver\":\"" + LATER + "\",\"last_seen_receiver\":\"" + LATER
                        + "\",\"info\":\"returned\"}");
    }

    @Test
    void received_ofNoSuchMessage_isAnError() {
        kept(ann.to(ben)).say("new_msg", "x", ben.number(), AT);
        var send = kept(ben.to(ann));

        send.say("msg_received", LATER, ann.number(), LATER);
        assertError(send, "msg_received", null, ann.number());
    }

    @Test
    void typing_comesWithoutAMessage() {
        var received = kept(ben.receive());
        kept(ann.to(ben)).say("new_msg", "x", ben.number(), AT);
        received.next();

        kept(ann.to(ben)).say("is_typing", "-null-", ben.number(), LATER);

        assertThat(received.next())
                .hasToString("{\"command\":\"is_typing\",\"msg_from\":\"" + ann.number() + "\",\"msg_to\":\""
                        + ben.number() + "\",\"sent_timestamp\":\"" + LATER + "\"}");
    }

    @Test
    void delete_ofOnesOwn_isTheSameFrameForAll() {
        var received = kept(ben.receive());
        var send = kept(ann.to(ben));
        send.say("new_msg", "x", ben.number(), AT);
        send.next();
        received.next();

        send.say("delete_msg", AT, ben.number(), LATER);

        var frame = frame(AT, "delete_msg", ann.number(), ben.number(), LATER);
        assertThat(send.next()).hasToString(frame);
        assertThat(received.next()).hasToString(frame);
        assertThat(fetch(received, "fetch_msgs")).isEmpty();
        send.say("delete_msg", AT, ben.number(), LATER);
        assertError(send, "delete_msg", "couldn't find a message to delete", ben.number());
    }

    @Test
    void delete_ofSomebodyElses_isAnErrorAndChangesNothing() {
        kept(ann.to(ben)).say("new_msg", "x", ben.number(), AT);
        var send = kept(ben.to(ann));
        awaitStored(1);

        send.say("delete_msg", AT, ann.number(), LATER);

        assertError(send, "delete_msg", "couldn't find a message to delete", ann.number());
        assertThat(fetch(kept(ben.receive()), "fetch_msgs")).hasSize(1);
    }

    @Test
    void received_ofAMessageToSomebodyElse_isAnErrorAndChangesNothing() {
        var key = group(ann, ben);
        var other = group(ann, eve);
        kept(ann.to(ben)).say("new_msg", "x", ben.number(), AT);
        kept(ann.group(key)).say("new_grp_msg", "y", key, LATER);
        awaitStored(2);
        var toAnn = kept(eve.to(ann));
        var inOther = kept(eve.group(other));

        for (var command : List.of("msg_received", "msg_read")) {
            toAnn.say(command, AT, ann.number(), LATER);
            assertError(toAnn, command, "couldn't find the message", ann.number());
            inOther.say(command, LATER, ann.number(), LATER);
            assertError(inOther, command, "couldn't find the message", other);
        }
        // nor by whoever wrote it
        var send = kept(ann.to(ben));
        send.say("msg_received", AT, ben.number(), LATER);
        assertError(send, "msg_received", "couldn't find the message", ben.number());

        var received = kept(ben.receive());
        assertThat(fetch(received, "fetch_msgs")).hasSize(1);
        assertThat(fetch(received, "fetch_grp_msgs"))
                .singleElement()
                .satisfies(message -> assertThat(message.path("pending")).hasToString("[\"" + ben.number() + "\"]"));
    }

    @Test
    void delete_inAGroup_isForItsAuthorWhileInItOnly() {
        var key = group(ann, ben, eve);
        var byEve = kept(eve.group(key));
        kept(ann.group(key)).say("new_grp_msg", "mine", key, AT);
        byEve.say("new_grp_msg", "hers", key, LATER);
        assertThat(text(byEve.next(), "command")).isEqualTo("msg_sent");
        awaitStored(1);

        byEve.say("delete_msg", AT, key, LATER);
        assertError(byEve, "delete_msg", "couldn't find a message to delete", key);
        eve.call("PATCH", "/chat/special/group", Map.of("command", "leave", "key", key, "msg_from", eve.number()))
                .ok();
        byEve.say("delete_msg", LATER, key, LATER);
        assertError(byEve, "delete_msg", "couldn't find a message to delete", key);

        assertThat(fetch(kept(ben.receive()), "fetch_grp_msgs"))
                .extracting(message -> text(message, "message"))
                .containsExactlyInAnyOrder("mine", "hers");
    }

    @Test
    void received_outOfOrderWhereMessagesAreKept_endsItsBeingFetchedAlone() {
        var api = new Api(port);
        var nat = new People(service).one("native");
        var chat = api.privateChat(nat, ben.user());
        for (var text : List.of("one", "two", "three")) {
            api.post("/chat/" + chat + "/message", nat.token(), Map.of("contents", text))
                    .ok();
        }
        var received = kept(ben.receive());
        var two = fetch(received, "fetch_msgs").get(1);
        var name = "user-" + nat.id();

        kept(ben.open("personal/" + ben.number() + "/" + name))
                .say("msg_received", text(two, "sent_timestamp"), name, LATER);

        assertThat(fetch(received, "fetch_msgs", 2))
                .extracting(message -> text(message, "message"))
                .containsExactly("one", "three");
        assertThat(count("select count(contents) from message where chat_id = " + chat))
                .isEqualTo(3);
    }

    @Test
    void group_fromMessageToReceipts_goesByKeyAndNumber() {
        var key = group(ann, ben, eve);
        var atAnn = kept(ann.receive());
        var atBen = kept(ben.receive());
        var atEve = kept(eve.receive());
        var send = kept(ann.group(key));

        send.say("new_grp_msg", "ok", key, AT);
        var answer = send.next();
        assertThat(answer).hasToString(frame(AT, "msg_sent", ann.number(), key, text(answer, "sent_timestamp")));
        assertThat(atBen.next()).hasToString(frame("ok", "new_msg", key + "-" + ann.number(), ben.number(), AT));
        assertThat(atEve.next()).hasToString(frame("ok", "new_msg", key + "-" + ann.number(), eve.number(), AT));
        assertThat(fetch(atBen, "fetch_msgs")).isEmpty();
        assertThat(fetch(atBen, "fetch_grp_msgs"))
                .singleElement()
                .hasToString("{\"msg_from\":\"" + key + "-" + ann.number() + "\",\"msg_to\":\"" + ben.number()
                        + "\",\"message\":\"ok\",\"command\":\"new_msg\",\"sent_timestamp\":\"" + AT
                        + "\",\"pending\":[\"" + ben.number() + "\",\"" + eve.number() + "\"]}");

        kept(ben.group(key)).say("grp_msg_received", "2020-11-21T16:32:17.356Z", ann.number(), LATER);
        assertThat(atAnn.next()).hasToString(frame(AT, "msg_received", key + "-" + ben.number(), ann.number(), LATER));
        assertThat(fetch(atBen, "fetch_grp_msgs")).isEmpty();
        assertThat(fetch(atEve, "fetch_grp_msgs").getFirst().path("pending")).hasToString("[\"" + eve.number() + "\"]");

        kept(eve.group(key)).say("msg_read", AT, key, LATER);
        assertThat(atAnn.next()).hasToString(frame(AT, "msg_read", key + "-" + eve.number(), ann.number(), LATER));
        awaitGone();

        kept(eve.group(key)).say("is_grp_typing", "--null--", key, LATER);
        assertThat(atBen.next())
                .hasToString("{\"command\":\"is_typing\",\"msg_from\":\"" + key + "-" + eve.number()
                        + "\",\"msg_to\":\"" + ben.number() + "\",\"sent_timestamp\":\"" + LATER + "\"}");
    }

    @Test
    void room_likeAGroup_goesByItsName() {
        var name = "room-" + ann.number();
        ann.call("POST", "/chat/special/room", Map.of("name", name, "bio", "b")).ok();
        assertThat(refused(() -> ben.room(name))).isEqualTo(403);
        ben.call("PATCH", "/chat/special/room", Map.of("command", "join", "name", name, "msg_from", ben.number()))
                .ok();
        var atBen = kept(ben.receive());

        kept(ann.room(name)).say("new_room_msg", "hi", name, AT);

        assertThat(atBen.next()).hasToString(frame("hi", "new_msg", name + "-" + ann.number(), ben.number(), AT));
        assertThat(fetch(atBen, "fetch_room_msgs"))
                .singleElement()
                .satisfies(message -> assertThat(message.path("pending")).hasToString("[\"" + ben.number() + "\"]"));
        var atAnn = kept(ann.receive());
        kept(ben.room(name)).say("room_msg_received", AT, ann.number(), LATER);
        assertThat(atAnn.next()).hasToString(frame(AT, "msg_received", name + "-" + ben.number(), ann.number(), LATER));
    }

    @Test
    void fetch_manyMessages_comesInChunksOfTenAndReleasesNothing() {
        var send = kept(ann.to(ben));
        IntStream.rangeClosed(1, 20).forEach(i -> {
            send.say("new_msg", "m" + i, ben.number(), stamp(i));
            send.next();
        });
        var received = kept(ben.receive());

        for (int round = 0; round < 2; round++) {
            received.say("fetch_msgs", "--null--", ben.number(), LATER);
            var first = received.next();
            var second = received.next();
            assertThat(text(first, "all")).isEqualTo("False");
            assertThat(text(second, "all")).isEqualTo("True");
            assertThat(first.path("messages").valueStream().map(message -> text(message, "message")))
                    .containsExactly("m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9", "m10");
            assertThat(second.path("messages").size()).isEqualTo(10);
        }
        assertThat(fetch(received, "fetch_grp_msgs")).isEmpty();
    }

    @Test
    void fetch_nothingThere_isOneEmptyChunk() {
        var received = kept(ben.receive());
        received.say("fetch_msgs", "--null--", ben.number(), LATER);
        assertThat(received.next()).hasToString("{\"command\":\"fetch_msgs\",\"all\":\"True\",\"messages\":[]}");
    }

    @Test
    void message_ofANativeUser_isKnownByItsMillisecondAndReceivedOnce() {
        var api = new Api(port);
        var nat = new People(service).one("native");
        var chat = api.privateChat(nat, ben.user());
        var received = kept(ben.receive());
        for (var text : List.of("one", "two")) {
            api.post("/chat/" + chat + "/message", nat.token(), Map.of("contents", text))
                    .ok();
        }
        var one = received.next();
        var two = received.next();
        var name = "user-" + nat.id();
        var at = text(one, "sent_timestamp");
        assertThat(at).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(one).hasToString(frame("one", "new_msg", name, ben.number(), at));

        try (var events = EventClient.live(port, nat.token())) {
            kept(ben.open("personal/" + ben.number() + "/" + name)).say("msg_received", at, name, LATER);
            assertThat(events.await("receipt").path("delivered").longValue()).isEqualTo(1);
        }
        assertThat(fetch(received, "fetch_msgs"))
                .extracting(message -> text(message, "message"))
                .containsExactly("two");
        assertThat(text(two, "message")).isEqualTo("two");
        assertThat(count("select count(*) from message where chat_id = " + chat))
                .isEqualTo(2);
    }

    @Test
    void marks_ofANativeReader_areToldForEachMessage() {
        var api = new Api(port);
        var nat = new People(service).one("native");
        var atAnn = kept(ann.receive());
        var send = kept(ann.open("personal/" + ann.number() + "/user-" + nat.id()));
        for (int i = 1; i <= 2; i++) {
            send.say("new_msg", "m" + i, "user-" + nat.id(), stamp(i));
            send.next();
        }
        var chat = count("select max(chat_id) from message where author_id = "
                + ann.user().id());

        api.post("/chat/" + chat + "/delivered", nat.token(), Map.of("seq", 1)).ok();
        assertReceipt(atAnn.next(), stamp(1), "msg_received", "user-" + nat.id());
        api.post("/chat/" + chat + "/read", nat.token(), Map.of("seq", 2)).ok();
        assertReceipt(atAnn.next(), stamp(1), "msg_read", "user-" + nat.id());
        assertReceipt(atAnn.next(), stamp(2), "msg_read", "user-" + nat.id());
    }

    @Test
    void written_toTheReceiveSocketAlone_isNotDelivered() {
        var received = kept(ben.receive());
        kept(ann.to(ben)).say("new_msg", "x", ben.number(), AT);
        received.next();

        assertThat(fetch(received, "fetch_msgs")).hasSize(1);
        assertThat(count("select delivered_seq from member where account_id = "
                        + ben.user().id()))
                .isZero();
    }

    @Test
    void handshake_ofStrangersAndImpostors_isRefused() {
        var key = group(ann, ben);
        var before = impersonations();

        assertThat(refused(() -> EventClient.open(port, "/ws/chat/special/" + ann.number() + "/", Map.of(), List.of())))
                .isEqualTo(401);
        assertThat(refused(() -> EventClient.open(
                        port, "/ws/chat/special/" + ann.number() + "?token=nonsense", Map.of(), List.of())))
                .isEqualTo(401);
        assertThat(refused(() -> eve.open("special/" + ann.number() + "/"))).isEqualTo(403);
        assertThat(refused(() -> eve.open("personal/" + ann.number() + "/" + ben.number() + "/")))
                .isEqualTo(403);
        assertThat(impersonations()).isEqualTo(before + 2);
        assertThat(refused(() -> eve.open("personal/" + eve.number() + "/0000000000/")))
                .isEqualTo(403);
        assertThat(refused(() -> eve.open("personal/" + eve.number() + "/" + eve.number())))
                .isEqualTo(403);
        assertThat(refused(() -> eve.group(key))).isEqualTo(403);
        assertThat(refused(() -> eve.group("nosuchkey0"))).isEqualTo(403);
        assertThat(refused(() -> eve.room("no such room".replace(' ', '-')))).isEqualTo(403);
    }

    @Test
    void handshake_tokenInTheQueryAndWithoutSlash_isTaken() {
        try (var socket = EventClient.open(
                port, "/ws/chat/special/" + ann.number() + "?token=" + ann.token(), Map.of(), List.of())) {
            new Line(socket, ann).say("fetch_msgs", "", ann.number(), AT);
            assertThat(text(socket.next(), "command")).isEqualTo("fetch_msgs");
        }
    }

    @Test
    void handshake_byTheSessionsCookie_isTakenFromAPageOfThisServerOnly() {
        var cookie = cookie(ann);
        var path = "/ws/chat/special/" + ann.number() + "/";
        try (var socket = EventClient.open(
                port, path, Map.of("Cookie", cookie, "Origin", "http://localhost:" + port), List.of())) {
            new Line(socket, ann).say("fetch_msgs", "", ann.number(), AT);
            assertThat(text(socket.next(), "command")).isEqualTo("fetch_msgs");
        }

        for (var headers : List.of(
                Map.of("Cookie", cookie),
                Map.of("Cookie", cookie, "Origin", "http://evil.example"),
                Map.of("Cookie", cookie, "Origin", "null"))) {
            assertThat(refused(() -> EventClient.open(port, path, headers, List.of())))
                    .as(headers::toString)
                    .isEqualTo(403);
        }
        var own = Map.of("Cookie", "koine_session=forged", "Origin", "http://localhost:" + port);
        assertThat(refused(() -> EventClient.open(port, path, own, List.of()))).isEqualTo(401);
        assertThat(refused(() -> EventClient.open(
                        port,
                        "/ws/chat/special/" + ben.number() + "/",
                        Map.of("Cookie", cookie, "Origin", "http://localhost:" + port),
                        List.of())))
                .isEqualTo(403);
    }

    @Test
    void frame_inTheNameOfAnother_isAnErrorAndCounted() {
        var send = kept(ann.to(ben));
        var received = kept(ann.receive());
        var before = impersonations();

        send.socket()
                .send(Map.of(
                        "message",
                        "x",
                        "command",
                        "new_msg",
                        "msg_from",
                        eve.number(),
                        "msg_to",
                        ben.number(),
                        "sent_timestamp",
                        AT));
        assertError(send, "new_msg", "msg_from must be your own number", ben.number());
        received.say("fetch_msgs", "", eve.number(), AT);
        assertError(received, "fetch_msgs", "msg_to must be your own number", ann.number());

        assertThat(impersonations()).isEqualTo(before + 2);
        assertThat(fetch(kept(ben.receive()), "fetch_msgs")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"message", "command", "msg_from", "msg_to", "sent_timestamp"})
    void frame_withoutAField_isAnErrorAndTheSocketStaysOpen(String field) {
        var send = kept(ann.to(ben));
        var frame = new HashMap<String, Object>(Map.of(
                "message",
                "x",
                "command",
                "new_msg",
                "msg_from",
                ann.number(),
                "msg_to",
                ben.number(),
                "sent_timestamp",
                AT));
        frame.remove(field);
        send.socket().send(frame);
        assertError(send, field.equals("command") ? "unknown" : "new_msg", field + " is required", ben.number());
        frame.put(field, 7);
        send.socket().send(frame);
        assertError(send, field.equals("command") ? "unknown" : "new_msg", field + " must be text", ben.number());

        send.say("new_msg", "x", ben.number(), AT);
        assertThat(text(send.next(), "command")).isEqualTo("msg_sent");
    }

    @Test
    void frame_unusable_isAnErrorAndTheSocketStaysOpen() {
        var send = kept(ann.to(ben));

        for (var bad : List.of("", "[]", "nonsense", "7")) {
            send.socket().sendText(bad);
            assertError(send, "unknown", "the frame must be a JSON object", ben.number());
        }
        send.socket().sendBinary(new byte[] {1});
        assertError(send, "unknown", "the frame must be a JSON object", ben.number());
        send.say("nonsense", "x", ben.number(), AT);
        assertError(send, "nonsense", null, ben.number());
        send.say("new_grp_msg", "x", ben.number(), AT);
        assertError(send, "new_grp_msg", null, ben.number());
        send.say("new_msg", "x", eve.number(), AT);
        assertError(send, "new_msg", "this socket is for " + ben.number(), ben.number());
        send.say("new_msg", "", ben.number(), AT);
        assertError(send, "new_msg", null, ben.number());
        for (var at : List.of("", "yesterday", "2020-11-31 00:00:00", "2020-11-21 16:32:17Z")) {
            send.say("new_msg", "x", ben.number(), at);
            assertError(send, "new_msg", "sent_timestamp must be a date and time", ben.number());
        }
        assertThat(count("select count(*) from member where account_id = "
                        + ann.user().id()))
                .isZero();
    }

    @Test
    void group_afterLeaving_takesNothingAndTellsNothing() {
        var key = group(ann, ben, eve);
        var atEve = kept(eve.receive());
        var send = kept(eve.group(key));
        eve.call("PATCH", "/chat/special/group", Map.of("command", "leave", "key", key, "msg_from", eve.number()))
                .ok();

        send.say("new_grp_msg", "still here", key, AT);
        assertError(send, "new_grp_msg", null, key);
        kept(ann.group(key)).say("new_grp_msg", "secret", key, AT);
        assertThat(fetch(kept(ben.receive()), "fetch_grp_msgs", 1)).hasSize(1);
        send.say("grp_msg_received", AT, ann.number(), LATER);
        assertError(send, "grp_msg_received", "couldn't find the message", key);
        assertThat(fetch(atEve, "fetch_grp_msgs")).isEmpty();
    }

    private String cookie(Phone phone) {
        var visit = new Visit(URI.create("http://localhost/"), new HttpHeaders(), new LinkedMultiValueMap<>());
        var issued = service.getBean(Tokens.class)
                .verify(phone.token())
                .flatMap(who -> service.getBean(SessionCookies.class).issue(who, visit))
                .block(SOON);
        return SessionCookies.NAME + "=" + Objects.requireNonNull(issued).getValue();
    }

    private <L extends AutoCloseable> L kept(L line) {
        lines.add(line);
        return line;
    }

    private String group(Phone admin, Phone... others) {
        return admin.call(
                        "POST",
                        "/chat/special/group",
                        Map.of(
                                "name",
                                "group",
                                "bio",
                                "",
                                "admin",
                                List.of(),
                                "participants",
                                List.of(others).stream().map(Phone::number).toList()))
                .ok()
                .path("key")
                .stringValue();
    }

    private static List<JsonNode> fetch(Line received, String command) {
        received.say(command, "--null--", received.me().number(), LATER);
        var frame = received.socket().await(next -> text(next, "command").equals(command));
        assertThat(text(frame, "all")).isEqualTo("True");
        return frame.path("messages").valueStream().toList();
    }

    /// What is there once there are so many.
    private static List<JsonNode> fetch(Line received, String command, int count) {
        var found = new ArrayList<JsonNode>();
        await().atMost(SOON).until(() -> {
            found.clear();
            found.addAll(fetch(received, command));
            return found.size() == count;
        });
        return found;
    }

    private static String stamp(int i) {
        return "2020-11-21 16:32:%02d.1".formatted(i);
    }

    private static String frame(String message, String command, String from, String to, String at) {
        return "{\"message\":\"" + message + "\",\"command\":\"" + command + "\",\"msg_from\":\"" + from
                + "\",\"msg_to\":\"" + to + "\",\"sent_timestamp\":\"" + at + "\"}";
    }

    private static String text(JsonNode frame, String field) {
        return frame.path(field).asString("");
    }

    private void assertReceipt(JsonNode frame, String stamp, String command, String from) {
        assertThat(frame).hasToString(frame(stamp, command, from, ann.number(), text(frame, "sent_timestamp")));
    }

    /// @param error null for whatever
    private static void assertError(Line line, String type, @Nullable String error, String to) {
        var frame = line.next();
        var said = error == null ? text(frame, "message") : error;
        assertThat(said).isNotEmpty();
        assertThat(frame)
                .hasToString("{\"message\":\"" + said + "\",\"command\":\"error\",\"type\":\"" + type
                        + "\",\"msg_from\":\"" + line.me().number() + "\",\"msg_to\":\"" + to
                        + "\",\"sent_timestamp\":\"" + text(frame, "sent_timestamp") + "\"}");
        assertThat(text(frame, "sent_timestamp")).isNotEmpty();
    }

    private static int refused(Runnable opening) {
        return EventClient.refusedStatus(opening);
    }

    private double impersonations() {
        return meters.find("koine.protocol.impersonations").tag("protocol", "phonechat").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private void awaitStored(int messages) {
        await().atMost(SOON)
                .until(() -> count("select count(*) from message where author_id = "
                                + ann.user().id())
                        == messages);
    }

    /// Nothing is left of what Ann has said.
    private void awaitGone() {
        await().atMost(SOON)
                .until(() -> count("select count(*) from message where contents is not null and author_id = "
                                + ann.user().id())
                        == 0);
    }

    private long count(String sql) {
        return Objects.requireNonNull(database.sql(sql)
                .map(row -> ((Number) Objects.requireNonNull(row.get(0))).longValue())
                .one()
                .block(SOON));
    }

    private String retention() {
        return Objects.requireNonNull(database.sql("""
                select c.retention
                from chat c
                join member m on m.chat_id = c.id
                where m.account_id = $1
                """)
                .bind("$1", ann.user().id())
                .map(row -> Objects.requireNonNull(row.get(0, String.class)))
                .one()
                .block(SOON));
    }
}
