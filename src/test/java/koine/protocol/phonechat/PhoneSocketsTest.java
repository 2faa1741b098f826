package koine.protocol.phonechat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import koine.testing.Api;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The published document's conversations over real sockets, and what it leaves open.
@KoineTest
class PhoneSocketsTest extends Talks {

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
        assertThat(EventClient.refusedStatus(() -> ben.room(name))).isEqualTo(403);
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

    private void assertReceipt(JsonNode frame, String stamp, String command, String from) {
        assertThat(frame).hasToString(frame(stamp, command, from, ann.number(), text(frame, "sent_timestamp")));
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
