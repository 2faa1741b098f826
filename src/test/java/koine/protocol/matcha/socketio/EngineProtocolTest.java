package koine.protocol.matcha.socketio;

import static koine.protocol.matcha.socketio.Polls.eio;
import static koine.protocol.matcha.socketio.Polls.payload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import koine.protocol.matcha.socketio.SocketIoSocket.Ended;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What the public documents of Engine.IO 3 and 4 demand of a server, and their test suites try.
class EngineProtocolTest {

    private static final String BACK = "42[\"message-back\",\"hello\"]";
    private static final String HELLO = "42[\"message\",\"hello\"]";

    private static EchoServer server;

    @BeforeAll
    static void start() {
        server = EchoServer.patient();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void handshake_polling_opensASession(EngineVersion version) {
        var answer = Polls.ask(server.port(), "/socket.io/?EIO=" + eio(version) + "&transport=polling");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain;charset=UTF-8");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(answer.headers().firstValue("ETag")).isEmpty();
        var packet = answer.body()
                .substring(version == EngineVersion.V3 ? answer.body().indexOf(':') + 1 : 0);
        assertThat(answer.body()).isEqualTo(payload(version, packet));
        assertGreeting(packet, "[\"websocket\"]");
    }

    @ParameterizedTest
    @EnumSource
    void handshake_webSocket_opensASession(EngineVersion version) throws ExecutionException {
        try (var wire = Wire.engine(server, version)) {
            assertGreeting(wire.next(), "[]");
        }
    }

    @Test
    void handshake_manyTimes_givesIdsOfTheirOwn() {
        var ids = Stream.generate(() -> Polls.engine(server, EngineVersion.V4).sid())
                .limit(5)
                .toList();
        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[A-Za-z0-9_-]{27}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "EIO=&", "EIO=abc&", "EIO=2&", "EIO=5&", "EIO=44&"})
    void handshake_unknownVersion_isRefused(String eio) {
        assertRefused(Polls.ask(server.port(), "/socket.io/?" + eio + "transport=polling"), 5);
        assertNoSocket(eio + "transport=websocket");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&transport=", "&transport=abc", "&transport=webtransport", "&transport=constructor"})
    void handshake_unknownTransport_isRefused(String transport) {
        assertRefused(Polls.ask(server.port(), "/socket.io/?EIO=4" + transport), 0);
        assertNoSocket("EIO=3" + transport);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS"})
    void handshake_notByGet_isRefused(String method) {
        assertRefused(Polls.ask(server.port(), "/socket.io/?EIO=4&transport=polling", method, ""), 2);
        assertRefused(Polls.ask(server.port(), "/socket.io/?EIO=3&transport=polling", method, ""), 2);
    }

    @Test
    void handshake_webSocketWithoutUpgrade_isRefused() {
        assertRefused(Polls.ask(server.port(), "/socket.io/?EIO=4&transport=websocket"), 3);
    }

    @Test
    void handshake_jsonp_isRefused() {
        var answer = Polls.ask(server.port(), "/socket.io/?EIO=3&transport=polling&j=0");
        assertRefused(answer, 3);
        assertThat(answer.body()).contains("JSONP");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "test", "AAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void request_unknownSession_isRefused(String sid) {
        var path = "/socket.io/?EIO=4&transport=polling&sid=" + sid;
        assertRefused(Polls.ask(server.port(), path), 1);
        assertRefused(Polls.ask(server.port(), path, "POST", "4a"), 1);
        assertNoSocket("EIO=4&transport=websocket&sid=" + sid);
    }

    @Test
    void request_otherVersionThanTheSessions_isRefused() {
        var polls = Polls.open(server, EngineVersion.V3);
        var path = "/socket.io/?EIO=4&transport=polling&sid=" + polls.sid();
        assertRefused(Polls.ask(server.port(), path), 3);
        assertThat(polls.post(HELLO).body()).isEqualTo("ok");
    }

    @Test
    void request_otherMethodOnASession_isRefused() {
        var polls = Polls.engine(server, EngineVersion.V4);
        assertRefused(Polls.ask(server.port(), polls.path(), "DELETE", ""), 3);
    }

    @ParameterizedTest
    @EnumSource
    void message_onePacketByPolling_comesBack(EngineVersion version) {
        var polls = joined(version);

        var answer = polls.post(HELLO);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("ok");
        assertThat(polls.pollUntil(BACK)).isEqualTo(payload(version, BACK));
    }

    @ParameterizedTest
    @EnumSource
    void message_severalPacketsByPolling_comeBackInTheirOrder(EngineVersion version) {
        var polls = joined(version);

        polls.post("42[\"message\",\"1 €\"]", "42[\"message\",\"2 😀\"]", "42[\"message\",\"3 שלום\\n\"]");

        assertThat(polls.pollUntil("42[\"message-back\",\"3 שלום\\n\"]"))
                .isEqualTo(payload(
                        version,
                        "42[\"message-back\",\"1 €\"]",
                        "42[\"message-back\",\"2 😀\"]",
                        "42[\"message-back\",\"3 שלום\\n\"]"));
    }

    @ParameterizedTest
    @EnumSource
    void message_byWebSocket_comesBack(EngineVersion version) throws ExecutionException {
        try (var wire = Wire.joined(server, version)) {
            wire.send(HELLO);
            assertThat(wire.next()).isEqualTo(BACK);
        }
    }

    @Test
    void message_binaryBodyOfVersion3_isRead() {
        var polls = joined(EngineVersion.V3);
        var body = new ByteArrayOutputStream();
        body.writeBytes(new byte[] {0, 2, 1, (byte) 255});
        body.writeBytes(HELLO.getBytes(StandardCharsets.UTF_8));

        assertThat(polls.postBinary(body.toByteArray()).body()).isEqualTo("ok");
        assertThat(polls.poll().body()).isEqualTo(payload(EngineVersion.V3, BACK));
    }

    @Test
    void message_binaryBodyOfVersion4_endsTheSession() {
        var polls = joined(EngineVersion.V4);
        assertRefused(polls.postBinary(HELLO.getBytes(StandardCharsets.UTF_8)), 3);
        assertRefused(polls.poll(), 1);
    }

    @ParameterizedTest
    @EnumSource
    void message_bodyThatIsNoPacket_endsTheSession(EngineVersion version) {
        for (var body : List.of("abc", "", "9", "0", "5")) {
            var polls = joined(version);
            assertRefused(polls.postRaw(body.length() == 1 ? payload(version, body) : body), 3);
            assertRefused(polls.poll(), 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void message_noPacketWhileAPollWaits_answersItByClose(EngineVersion version) {
        var polls = joined(version);
        var waiting = polls.pollLater();
        awaitPoll(polls);

        assertRefused(polls.postRaw("abc"), 3);

        assertThat(waiting.join().body()).isEqualTo(payload(version, "1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "9", "0", "5", "4abc"})
    void message_noPacketByWebSocket_closesIt(String text) throws ExecutionException {
        for (var version : EngineVersion.values()) {
            try (var wire = Wire.joined(server, version)) {
                wire.send(text);
                assertThat(wire.closeCode()).isEqualTo(1002);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void message_binaryOutOfPlaceByWebSocket_closesIt(EngineVersion version) throws ExecutionException {
        try (var wire = Wire.joined(server, version)) {
            wire.send(new byte[] {4, 1, 2, 3});
            assertThat(wire.closeCode()).isEqualTo(1002);
        }
    }

    @ParameterizedTest
    @EnumSource
    void poll_twoAtATime_endTheSession(EngineVersion version) {
        var polls = joined(version);
        var first = polls.pollLater();
        awaitPoll(polls);

        assertRefused(polls.poll(), 3);

        assertThat(first.join().statusCode()).isEqualTo(200);
        assertThat(first.join().body()).isEqualTo(payload(version, "1"));
        assertRefused(polls.poll(), 1);
    }

    @ParameterizedTest
    @EnumSource
    void heartbeat_wrongDirection_endsTheSession(EngineVersion version) throws ExecutionException {
        var wrong = version == EngineVersion.V3 ? "3" : "2";
        var polls = joined(version);
        assertRefused(polls.post(wrong), 3);
        try (var wire = Wire.joined(server, version)) {
            wire.send(wrong);
            assertThat(wire.closeCode()).isEqualTo(1002);
        }
    }

    @Test
    void heartbeat_version3_answersEachPing() throws ExecutionException {
        var polls = joined(EngineVersion.V3);
        try (var wire = Wire.joined(server, EngineVersion.V3)) {
            for (int i = 0; i < 3; i++) {
                assertThat(polls.post("2").body()).isEqualTo("ok");
                assertThat(polls.poll().body()).isEqualTo("1:3");
                wire.send("2");
                assertThat(wire.next()).isEqualTo("3");
            }
        }
    }

    @Test
    void heartbeat_manyPingsWithoutAPoll_areAnsweredOnce() {
        var polls = joined(EngineVersion.V3);
        polls.post("2", "2", "2", "2");
        assertThat(polls.poll().body()).isEqualTo("1:3");
    }

    @ParameterizedTest
    @EnumSource
    void close_byPost_answersThePollByNoopAndEnds(EngineVersion version) {
        var polls = joined(version);
        var waiting = polls.pollLater();
        awaitPoll(polls);

        assertThat(polls.post("1").body()).isEqualTo("ok");

        assertThat(waiting.join().body()).isEqualTo(payload(version, "6"));
        assertRefused(polls.poll(), 1);
    }

    @ParameterizedTest
    @EnumSource
    void close_byWebSocket_closesIt(EngineVersion version) throws ExecutionException {
        try (var wire = Wire.joined(server, version)) {
            wire.send("1");
            assertThat(wire.closeCode()).isEqualTo(1000);
        }
    }

    @ParameterizedTest
    @EnumSource
    void upgrade_probed_releasesThePollAndGoesOnOverTheWebSocket(EngineVersion version) throws ExecutionException {
        var polls = joined(version);
        var waiting = polls.pollLater();
        awaitPoll(polls);
        try (var wire = Wire.upgrade(server, version, polls)) {
            wire.send("2probe");
            assertThat(wire.next()).isEqualTo("3probe");
            assertThat(waiting.join().body()).isEqualTo(payload(version, "6"));
            assertThat(polls.poll().body()).isEqualTo(payload(version, "6"));

            polls.post(HELLO);
            wire.send("5");
            wire.send("42[\"message\",\"again\"]");

            assertThat(wire.next()).isEqualTo(BACK);
            assertThat(wire.next()).isEqualTo("42[\"message-back\",\"again\"]");
        }
    }

    @ParameterizedTest
    @EnumSource
    void upgrade_done_otherTransportsOfTheSessionAreRefused(EngineVersion version) throws ExecutionException {
        var polls = joined(version);
        try (var wire = upgraded(version, polls)) {
            assertRefused(polls.poll(), 3);
            assertRefused(polls.post(HELLO), 3);
            assertNoSocket("transport=websocket&EIO=" + eio(version) + "&sid=" + polls.sid());

            wire.send(HELLO);
            assertThat(wire.next()).isEqualTo(BACK);
        }
    }

    @ParameterizedTest
    @EnumSource
    void upgrade_twoAtATime_refusesTheSecond(EngineVersion version) throws ExecutionException {
        var polls = joined(version);
        try (var wire = Wire.upgrade(server, version, polls)) {
            assertNoSocket("transport=websocket&EIO=" + eio(version) + "&sid=" + polls.sid());
            wire.send("2probe");
            assertThat(wire.next()).isEqualTo("3probe");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "2", "42[\"message\",\"hello\"]", "abc"})
    void upgrade_withoutAProbe_leavesTheSessionAsItWas(String first) throws ExecutionException {
        var polls = joined(EngineVersion.V4);
        try (var wire = Wire.upgrade(server, EngineVersion.V4, polls)) {
            wire.send(first);
            wire.closeCode();
        }
        polls.post(HELLO);
        assertThat(polls.poll().body()).isEqualTo(BACK);
    }

    @Test
    void upgrade_clientGoesAwayInTheMiddle_leavesTheSessionAsItWas() throws ExecutionException {
        var polls = joined(EngineVersion.V4);
        try (var wire = Wire.upgrade(server, EngineVersion.V4, polls)) {
            wire.send("2probe");
            assertThat(wire.next()).isEqualTo("3probe");
        }
        polls.post(HELLO);
        assertThat(polls.poll().body()).isIn(BACK, "6");
    }

    @Test
    void poll_clientGoesAway_endsTheSession() {
        try (var other = EchoServer.patient()) {
            var polls = Polls.open(other, EngineVersion.V4);
            polls.post("40");
            polls.pollUntil("42[\"auth\",{}]");
            var waiting = polls.pollLater();
            awaitPoll(other, polls);

            waiting.cancel(true);

            assertThat(other.nextEnding()).isEqualTo(Ended.GONE);
        }
    }

    /// What is sent next may otherwise be there before the poll.
    private static void awaitPoll(Polls polls) {
        awaitPoll(server, polls);
    }

    private static void awaitPoll(EchoServer at, Polls polls) {
        await().until(() -> at.isPolled(polls.sid()));
    }

    private static Polls joined(EngineVersion version) {
        var polls = Polls.open(server, version);
        if (version == EngineVersion.V4) {
            polls.post("40");
            polls.pollUntil("42[\"auth\",{}]");
        }
        return polls;
    }

    private static Wire upgraded(EngineVersion version, Polls polls) throws ExecutionException {
        var wire = Wire.upgrade(server, version, polls);
        wire.send("2probe");
        assertThat(wire.next()).isEqualTo("3probe");
        wire.send("5");
        wire.send(HELLO);
        assertThat(wire.next()).isEqualTo(BACK);
        return wire;
    }

    private static void assertGreeting(String packet, String upgrades) {
        assertThat(packet).startsWith("0");
        JsonNode greeting = EchoServer.JSON.readTree(packet.substring(1));
        assertThat(greeting.propertyNames())
                .containsExactlyInAnyOrder("sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload");
        assertThat(greeting.path("upgrades")).hasToString(upgrades);
        assertThat(greeting.path("pingInterval").intValue()).isEqualTo(25_000);
        assertThat(greeting.path("pingTimeout").intValue()).isEqualTo(20_000);
        assertThat(greeting.path("maxPayload").intValue()).isEqualTo(1_000_000);
    }

    private static void assertRefused(HttpResponse<String> answer, int code) {
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        JsonNode problem = EchoServer.JSON.readTree(answer.body());
        assertThat(problem.path("code").intValue()).isEqualTo(code);
        assertThat(problem.path("message").stringValue()).isNotEmpty();
    }

    private static void assertNoSocket(String query) {
        assertThat(Wire.refusal(server, query)).isEqualTo(400);
    }
}
