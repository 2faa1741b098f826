package koine.protocol.matcha.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import koine.protocol.matcha.socketio.SocketIoSocket.Ended;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the public documents of Socket.IO 4 and 5 demand of a server, and their test suite tries.
class SocketProtocolTest {

    private static final String PLACEHOLDER = "{\"_placeholder\":true,\"num\":0}";

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
    @CsvSource(delimiter = '|', textBlock = """
                40                          | 40         | 42["auth",{}]
                40{"token":"123"}           | 40         | 42["auth",{"token":"123"}]
                40/custom                   | 40/custom, | 42/custom,["auth",{}]
                40/custom,                  | 40/custom, | 42/custom,["auth",{}]
                40/custom,{"token":"abc"}   | 40/custom, | 42/custom,["auth",{"token":"abc"}]
                40/api/socket,{"t":{"a":1}} | 40/api/socket, | 42/api/socket,["auth",{"t":{"a":1}}]
                """)
    void connect_protocol5_joinsAndGivesAnId(String connect, String joined, String auth) throws ExecutionException {
        try (var wire = engine(EngineVersion.V4)) {
            wire.send(connect);

            var answer = wire.next();
            assertThat(answer).startsWith(joined + "{");
            var id = EchoServer.JSON.readTree(answer.substring(joined.length()));
            assertThat(id.propertyNames()).containsExactly("sid");
            assertThat(id.path("sid").stringValue()).hasSize(27);
            assertThat(wire.next()).isEqualTo(auth);
        }
    }

    @Test
    void connect_protocol4_isInTheRootByItself() throws ExecutionException {
        try (var wire = engine(EngineVersion.V3)) {
            assertThat(wire.next()).isEqualTo("40");
            assertThat(wire.next()).isEqualTo("42[\"auth\",{}]");
            wire.send("40"); // says nothing new
            wire.send("42[\"message\",1]");
            assertThat(wire.next()).isEqualTo("42[\"message-back\",1]");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                40/custom,                          | {}
                40/custom?token=a%2Cb%20c&x=%E2%82%AC, | {"token":"a,b c","x":"€"}
                40/custom?token,                    | {"token":"null"}
                """)
    void connect_protocol4_hasItsQueryForAuth(String connect, String auth) throws ExecutionException {
        try (var wire = Wire.joined(server, EngineVersion.V3)) {
            wire.send(connect);
            assertThat(wire.next()).isEqualTo("40/custom,");
            assertThat(wire.next()).isEqualTo("42/custom,[\"auth\"," + auth + "]");
        }
    }

    @Test
    void connect_protocol4RootNotServed_isInItAllTheSame() throws ExecutionException {
        try (var wire = Wire.openSecond(server, EngineVersion.V3)) {
            wire.next();
            assertThat(wire.next()).isEqualTo("40");
            wire.send("42[\"message\",1]");
            assertThat(wire.next()).isEqualTo("44\"Invalid namespace\"");
            wire.send("40/api/socket,");
            wire.await("42/api/socket,[\"auth\",{}]");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                40/random  | 44/random,{"message":"Invalid namespace"}  | 44/random,"Invalid namespace"
                40/closed, | 44/closed,{"message":"Not authorized"}     | 44/closed,"Not authorized"
                40/broken, | 44/broken,{"message":"Internal error"}     | 44/broken,"Internal error"
                """)
    void connect_refused_isToldWhyAndMayDoOtherThings(String connect, String five, String four)
            throws ExecutionException {
        for (var version : EngineVersion.values()) {
            try (var wire = Wire.joined(server, version)) {
                wire.send(connect);
                assertThat(wire.next()).isEqualTo(version == EngineVersion.V4 ? five : four);
                wire.send("42[\"message\",1]");
                assertThat(wire.next()).isEqualTo("42[\"message-back\",1]");
            }
        }
    }

    @Test
    void connect_refusedByPolling_isToldWhy() {
        var polls = Polls.engine(server, EngineVersion.V4);
        polls.post("40/closed,");
        assertThat(polls.poll().body()).isEqualTo("44/closed,{\"message\":\"Not authorized\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"4abc", "42[\"message\",1]", "41", "43[]", "44\"no\"", "40[]", "40/custom,x", "42/custom,[\"x\"]"
            })
    void connect_otherPacketFirst_closesTheConnection(String first) throws ExecutionException {
        try (var wire = engine(EngineVersion.V4)) {
            wire.send(first);
            if (first.equals("41")) {
                wire.send("42[\"message\",1]"); // one may leave what one is not in, but nothing else
            }
            assertThat(wire.closeCode()).isEqualTo(1002);
        }
    }

    @Test
    void connect_twice_closesTheConnection() throws ExecutionException {
        try (var wire = Wire.joined(server, EngineVersion.V4)) {
            wire.send("40");
            assertThat(wire.closeCode()).isEqualTo(1002);
        }
    }

    @Test
    void connect_none_closesTheConnection() throws ExecutionException {
        var usual = SocketIoSettings.DEFAULT;
        var hasty =
                new SocketIoSettings(usual.heartbeat(), usual.limits(), Duration.ofMillis(200), Duration.ofMillis(200));
        try (var other = EchoServer.of(hasty);
                var silent = Wire.engine(other, EngineVersion.V4);
                var joined = Wire.joined(other, EngineVersion.V4);
                var leaving = Wire.joined(other, EngineVersion.V4)) {
            leaving.send("41");
            assertThat(silent.closeCode()).isEqualTo(1002);
            assertThat(leaving.closeCode()).isEqualTo(1002);
            assertThat(joined.isClosed()).isFalse();

            var polls = Polls.open(other, EngineVersion.V4);
            polls.post("40");
            try (var slow = Wire.upgrade(other, EngineVersion.V4, polls)) {
                slow.send("2probe");
                assertThat(slow.next()).isEqualTo("3probe");
                assertThat(slow.closeCode()).isEqualTo(1000); // it does not go on
            }
            polls.pollUntil("42[\"auth\",{}]");
        }
    }

    @ParameterizedTest
    @EnumSource
    void disconnect_oneNamespace_leavesTheOthers(EngineVersion version) throws ExecutionException {
        try (var other = EchoServer.patient();
                var wire = Wire.joined(other, version)) {
            wire.send("40/custom");
            wire.await("42/custom,[\"auth\",{}]");

            wire.send("41/custom");
            wire.send("42[\"message\",\"to the root\"]");

            assertThat(wire.next()).isEqualTo("42[\"message-back\",\"to the root\"]");
            assertThat(other.nextEnding()).isEqualTo(Ended.LEFT);
            wire.send("40/custom"); // and one may come back
            wire.await("42/custom,[\"auth\",{}]");
        }
    }

    @Test
    void disconnect_lastNamespace_leavesTheConnectionOpen() throws ExecutionException {
        try (var wire = Wire.joined(server, EngineVersion.V4)) {
            wire.send("41");
            wire.send("40");
            wire.await("42[\"auth\",{}]");
        }
    }

    @Test
    void disconnect_fromOneNamespaceByServer_isToldAndNothingElseEnds() throws ExecutionException {
        try (var wire = Wire.joined(server, EngineVersion.V4)) {
            wire.send("42[\"leave\"]");
            wire.send("42[\"message\",\"too late\"]");
            assertThat(wire.next()).isEqualTo("41");
            wire.send("40");
            wire.await("42[\"auth\",{}]");
        }
    }

    @ParameterizedTest
    @EnumSource
    void disconnect_byServer_isToldFirstAndThenClosedWithTheCode(EngineVersion version) throws ExecutionException {
        try (var other = EchoServer.patient();
                var wire = Wire.joined(other, version)) {
            wire.send("42[\"message\",1]");
            wire.send("42[\"kick\"]");
            assertThat(wire.next()).isEqualTo("42[\"message-back\",1]");
            assertThat(wire.next()).isEqualTo("41");
            assertThat(wire.closeCode()).isEqualTo(4401);
            assertThat(other.nextEnding()).isEqualTo(Ended.DISCONNECTED);
        }
    }

    @Test
    void disconnect_byServerWhilePolling_isToldByTheNextPoll() {
        var polls = Polls.engine(server, EngineVersion.V4);
        polls.post("40");
        polls.pollUntil("42[\"auth\",{}]");
        polls.post("42[\"kick\"]");
        assertThat(polls.poll().body()).isEqualTo("41");
        assertThat(polls.poll().body()).isEqualTo("1");
        assertThat(polls.poll().statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @EnumSource
    void event_text_comesBackAsItWas(EngineVersion version) throws ExecutionException {
        try (var wire = Wire.joined(server, version)) {
            wire.send("42[\"message\",1,\"2\",{\"3\":[true]}]");
            assertThat(wire.next()).isEqualTo("42[\"message-back\",1,\"2\",{\"3\":[true]}]");
        }
    }

    @ParameterizedTest
    @EnumSource
    void event_wantsAnAnswer_getsOne(EngineVersion version) throws ExecutionException {
        try (var wire = Wire.joined(server, version)) {
            wire.send("42456[\"message-with-ack\",1,\"2\",{\"3\":[false]}]");
            assertThat(wire.next()).isEqualTo("43456[1,\"2\",{\"3\":[false]}]");
            wire.send("420[\"unknown\"]");
            assertThat(wire.next()).isEqualTo("430[]");
        }
    }

    @Test
    void event_fails_getsNoAnswerAndNothingElseEnds() throws ExecutionException {
        try (var wire = Wire.joined(server, EngineVersion.V4)) {
            wire.send("421[\"fail\"]");
            wire.send("422[\"message-with-ack\"]");
            assertThat(wire.next()).isEqualTo("432[]");
        }
    }

    @ParameterizedTest
    @EnumSource
    void event_byServerWantsAnAnswer_isGivenIt(EngineVersion version) throws ExecutionException {
        try (var wire = Wire.joined(server, version)) {
            wire.send("42[\"ask\",\"why\"]");
            assertThat(wire.next()).isEqualTo("420[\"question\",\"why\"]");
            wire.send("437[\"nobody asked\"]");
            wire.send("430[\"because\",1]");
            assertThat(wire.next()).isEqualTo("42[\"answered\",\"because\",1]");
            wire.send("430[\"again\"]");
            wire.send("42[\"ask\",\"how\"]");
            assertThat(wire.next()).isEqualTo("421[\"question\",\"how\"]");
        }
    }

    @ParameterizedTest
    @EnumSource
    void binary_inAnEvent_isRefusedByTheHandlerAndNothingElseEnds(EngineVersion version) throws ExecutionException {
        try (var wire = Wire.joined(server, version)) {
            wire.send("452-[\"message\"," + PLACEHOLDER + ",{\"_placeholder\":true,\"num\":1}]");
            wire.send(new byte[] {1, 2, 3});
            wire.send(new byte[] {4, 5, 6});
            assertThat(wire.next())
                    .contains("\"error\"")
                    .contains("binary attachments are not taken")
                    .contains("\"message\"");
            wire.send("42[\"message\",1]");
            assertThat(wire.next()).isEqualTo("42[\"message-back\",1]");
        }
    }

    @Test
    void binary_byPolling_isRefusedByTheHandler() {
        var polls = Polls.engine(server, EngineVersion.V4);
        polls.post("40");
        polls.pollUntil("42[\"auth\",{}]");
        polls.post("451-[\"message\"," + PLACEHOLDER + "]", "bAQIDBA==", "42[\"message\",1]");
        assertThat(polls.pollUntil("42[\"message-back\",1]")).startsWith("42[\"error\",");
    }

    @Test
    void binary_asAnAnswer_isNoAnswer() throws ExecutionException {
        try (var other = EchoServer.patient();
                var wire = Wire.joined(other, EngineVersion.V4)) {
            var answer = other.nextSocket()
                    .call(EncodedEvent.encode(EchoServer.JSON, "question"), Duration.ofSeconds(10))
                    .toFuture();
            assertThat(wire.next()).isEqualTo("420[\"question\"]");
            wire.send("461-0[" + PLACEHOLDER + "]");
            wire.send(new byte[] {1});
            assertThat(answer)
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableOfType(ExecutionException.class)
                    .havingCause()
                    .isInstanceOfSatisfying(
                            NotSent.class, problem -> assertThat(problem.why()).isEqualTo(NotSent.Why.BINARY_ANSWER));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4abc",
                "47",
                "42{}",
                "42[]",
                "42",
                "42\"x\"",
                "42[\"x\"",
                "42abc[\"message-with-ack\",1]",
                "42[\"connect\"]",
                "44\"no\"",
                "451[\"x\"]",
                "4599-[\"x\"]",
                "43[]",
                "42/other,[\"x\"]"
            })
    void event_malformed_closesTheConnection(String text) throws ExecutionException {
        for (var version : EngineVersion.values()) {
            try (var wire = Wire.joined(server, version)) {
                wire.send(text);
                assertThat(wire.closeCode()).isEqualTo(1002);
            }
        }
    }

    @Test
    void event_textInPlaceOfAnAttachment_closesTheConnection() throws ExecutionException {
        try (var wire = Wire.joined(server, EngineVersion.V4)) {
            wire.send("451-[\"message\"," + PLACEHOLDER + "]");
            wire.send("42[\"message\",1]");
            assertThat(wire.closeCode()).isEqualTo(1002);
        }
    }

    private static Wire engine(EngineVersion version) throws ExecutionException {
        var wire = Wire.engine(server, version);
        assertThat(wire.next()).startsWith("0{");
        return wire;
    }
}
