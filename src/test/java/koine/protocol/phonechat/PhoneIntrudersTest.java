package koine.protocol.phonechat;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import koine.auth.SessionCookies;
import koine.auth.Tokens;
import koine.auth.Visit;
import koine.protocol.phonechat.Phones.Line;
import koine.protocol.phonechat.Phones.Phone;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpHeaders;
import org.springframework.util.LinkedMultiValueMap;

/// Who may open which socket, and what is refused on one that is open: it stays so.
@KoineTest
class PhoneIntrudersTest extends Talks {

    @Autowired
    private MeterRegistry meters;

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

    private double impersonations() {
        return meters.find("koine.protocol.impersonations").tag("protocol", "phonechat").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private static int refused(Runnable opening) {
        return EventClient.refusedStatus(opening);
    }
}
