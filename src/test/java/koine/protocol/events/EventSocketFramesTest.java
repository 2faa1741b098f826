package koine.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import koine.testing.Api;
import koine.testing.Api.User;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/// What becomes of frames that are no command, are too large, or that no WebSocket client may send.
@KoineTest
class EventSocketFramesTest {

    private static final int LIMIT = 65_536;
    private static final int INVALID_UTF_8 = 1007;
    private static final int PROTOCOL_ERROR = 1002;
    private static final int TOO_LARGE = 4413;

    @Autowired
    private BeanFactory service;

    @LocalServerPort
    private int port;

    private User ann;
    private RawSocket socket;

    @BeforeEach
    void aSocket() {
        ann = new People(service).one("ann");
        socket = RawSocket.open(port, ann.token());
    }

    @AfterEach
    void close() {
        socket.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "hello",
                "{",
                "{\"type\":\"ping\"",
                "{\"type\":\"ping\"}}",
                "{\"type\":\"ping\",\"type\":\"ping\"}",
                "{'type':'ping'}",
                "null",
                "42",
                "\"ping\"",
                "true",
                "[]",
                "[{\"type\":\"ping\"}]",
                "{}",
                "{\"type\":null}",
                "{\"type\":\"\"}",
                "{\"type\":7}",
                "{\"type\":{}}",
                "{\"type\":\"unheard.of\"}",
                "{\"type\":\"PING\"}",
                "{\"type\":\"hello\"}"
            })
    void text_thatIsNoCommand_isAnErrorWithoutRef(String text) {
        socket.text(text);

        var error = socket.await("error");
        assertThat(error.path("code").stringValue()).isEqualTo("INVALID_REQUEST");
        assertThat(error.path("message").stringValue()).isNotBlank();
        assertThat(error.has("ref")).isFalse();
        assertStillServed();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"unheard.of\",\"ref\":\"r\"}",
                "{\"ref\":\"r\"}",
                "{\"ref\":\"r\",\"type\":[\"ping\"]}",
                "{\"type\":\"message.send\",\"ref\":\"r\"}",
                "{\"type\":\"message.send\",\"ref\":\"r\",\"contents\":\"hello\"}",
                "{\"type\":\"message.send\",\"ref\":\"r\",\"contents\":\"hello\",\"chat_id\":null}",
                "{\"type\":\"message.send\",\"ref\":\"r\",\"contents\":\"hello\",\"chat_id\":\"1\"}",
                "{\"type\":\"message.send\",\"ref\":\"r\",\"contents\":\"hello\",\"chat_id\":1.5}",
                "{\"type\":\"message.send\",\"ref\":\"r\",\"contents\":\"hello\",\"chat_id\":1.0}",
                "{\"type\":\"message.send\",\"ref\":\"r\",\"contents\":\"hello\",\"chat_id\":0}",
                "{\"type\":\"message.send\",\"ref\":\"r\",\"contents\":\"hello\",\"chat_id\":-1}",
                "{\"type\":\"message.send\",\"ref\":\"r\",\"contents\":\"hello\",\"chat_id\":true}",
                "{\"type\":\"message.send\",\"ref\":\"r\",\"contents\":\"hello\",\"chat_id\":99999999999999999999}",
                "{\"type\":\"message.send\",\"ref\":\"r\",\"contents\":7,\"chat_id\":1}",
                "{\"type\":\"message.send\",\"ref\":\"r\",\"contents\":[\"hello\"],\"chat_id\":1}",
                "{\"type\":\"message.send\",\"ref\":\"r\",\"contents\":\"hello\",\"key\":7,\"chat_id\":1}",
                "{\"type\":\"message.delete\",\"ref\":\"r\"}",
                "{\"type\":\"message.delete\",\"ref\":\"r\",\"id\":\"1\"}",
                "{\"type\":\"message.delete\",\"ref\":\"r\",\"id\":{}}",
                "{\"type\":\"resume\",\"ref\":\"r\",\"since\":7}",
                "{\"type\":\"resume\",\"ref\":\"r\",\"since\":[]}"
            })
    void command_withAMissingOrWrongField_isAnErrorWithItsRef(String text) {
        socket.text(text);

        var error = socket.await("error");
        assertThat(error.path("code").stringValue()).isEqualTo("INVALID_REQUEST");
        assertThat(error.path("ref").stringValue()).isEqualTo("r");
        assertStillServed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "true", "[]", "{}", "1.5"})
    void command_refIsNoText_isAnErrorWithoutRef(String ref) {
        socket.text("{\"type\":\"ping\",\"ref\":" + ref + "}");

        var error = socket.await("error");
        assertThat(error.path("code").stringValue()).isEqualTo("INVALID_REQUEST");
        assertThat(error.has("ref")).isFalse();
        assertStillServed();
    }

    @Test
    void command_unknownFields_arePassedOver() {
        socket.text("{\"type\":\"ping\",\"ref\":\"r\",\"later\":{\"a\":[1]}}");

        assertThat(socket.await("pong").path("ref").stringValue()).isEqualTo("r");
    }

    @Test
    void command_anyTextAsRef_isRepeated() {
        var ref = "é \uD83D\uDE00 \\\" \\n";

        socket.text("{\"type\":\"ping\",\"ref\":\"" + ref + "\"}");

        assertThat(socket.await("pong").path("ref").stringValue()).isEqualTo("é \uD83D\uDE00 \" \n");
    }

    @Test
    void binary_isAnErrorAndTheSocketStaysOpen() {
        socket.frame(RawSocket.FIN | RawSocket.BINARY, "{\"type\":\"ping\"}".getBytes(StandardCharsets.UTF_8));

        assertThat(socket.await("error").path("code").stringValue()).isEqualTo("INVALID_REQUEST");
        assertStillServed();
    }

    @Test
    void text_asLargeAsAllowed_isTaken() {
        socket.text(ping(LIMIT));

        assertThat(socket.await("pong").path("ref").stringValue()).hasSizeGreaterThan(65_000);
        assertStillServed();
    }

    @ParameterizedTest
    @ValueSource(ints = {LIMIT + 1, 100_000, 2 * LIMIT - 1, 2 * LIMIT, 2 * LIMIT + 1, 1 << 20, 16 << 20})
    void text_overTheLimit_closesTheSocketWithItsCode(int bytes) {
        socket.await("hello");

        writeMeanwhile(
                RawSocket.frameOf(RawSocket.FIN | RawSocket.TEXT, ping(bytes).getBytes(StandardCharsets.UTF_8)));

        assertThat(socket.awaitClose()).isEqualTo(TOO_LARGE);
    }

    @Test
    void text_overTheLimitBeforeHello_closesTheSocketWithItsCode() {
        writeMeanwhile(
                RawSocket.frameOf(RawSocket.FIN | RawSocket.TEXT, ping(1 << 20).getBytes(StandardCharsets.UTF_8)));

        assertThat(socket.awaitClose()).isEqualTo(TOO_LARGE);
    }

    @Test
    void binary_overTheLimit_closesTheSocketWithItsCode() {
        writeMeanwhile(RawSocket.frameOf(RawSocket.FIN | RawSocket.BINARY, new byte[LIMIT + 1]));

        assertThat(socket.awaitClose()).isEqualTo(TOO_LARGE);
    }

    /// Only the beginning of the frame is ever sent.
    @Test
    void text_sayingThatItWillBeHuge_closesTheSocketWithItsCode() {
        socket.await("hello");

        socket.write(new byte[] {(byte) (RawSocket.FIN | RawSocket.TEXT), (byte) 0xFF, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2});

        assertThat(socket.awaitClose()).isEqualTo(TOO_LARGE);
    }

    static Stream<Arguments> largeFragments() {
        return Stream.of(
                Arguments.of(LIMIT + 1, LIMIT),
                Arguments.of(LIMIT + 1, 1_000),
                Arguments.of(2 * LIMIT + 1, 2 * LIMIT),
                Arguments.of(2 * LIMIT + 1, 4_096),
                Arguments.of(1 << 20, 4_096),
                Arguments.of(1 << 20, 200_000));
    }

    @ParameterizedTest
    @MethodSource("largeFragments")
    void fragments_overTheLimitTogether_closeTheSocketWithItsCode(int bytes, int fragment) {
        socket.await("hello");

        writeMeanwhile(fragments(ping(bytes).getBytes(StandardCharsets.UTF_8), fragment));

        assertThat(socket.awaitClose()).isEqualTo(TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_000, 65_535})
    void fragments_asLargeAsAllowedTogether_areTaken(int fragment) {
        socket.await("hello");

        writeMeanwhile(fragments(ping(fragment == 1 ? 500 : LIMIT).getBytes(StandardCharsets.UTF_8), fragment));

        socket.await("pong");
        assertStillServed();
    }

    /// Their sessions are seen for the first time, so that it is a thread of the database that goes on with the
    /// handshake.
    @Test
    void fragments_inPiecesRightAfterTheHandshake_areTaken() {
        for (var stranger : new People(service).many("eager", 50)) {
            try (var eager = RawSocket.open(port, stranger.token())) {
                var sent = fragments(ping(500).getBytes(StandardCharsets.UTF_8), 100);
                eager.write(Arrays.copyOf(sent, 3));
                eager.write(Arrays.copyOfRange(sent, 3, sent.length));
                eager.await("pong");
            }
        }
    }

    @Test
    void fragments_withAPingBetween_areTaken() {
        var text = ping(100).getBytes(StandardCharsets.UTF_8);

        socket.frame(RawSocket.TEXT, Arrays.copyOf(text, 50));
        socket.frame(RawSocket.FIN | RawSocket.PING, new byte[] {1, 2});
        socket.frame(RawSocket.FIN | RawSocket.CONTINUATION, Arrays.copyOfRange(text, 50, 100));

        socket.await("pong");
    }

    @Test
    void fragments_cutInsideACharacter_areTaken() {
        socket.await("hello");

        socket.write(fragments("{\"type\":\"ping\",\"ref\":\"\uD83D\uDE00\"}".getBytes(StandardCharsets.UTF_8), 1));

        assertThat(socket.await("pong").path("ref").stringValue()).isEqualTo("\uD83D\uDE00");
    }

    static Stream<byte[]> noUtf8() {
        return Stream.of(
                new byte[] {(byte) 0xFF},
                new byte[] {'{', (byte) 0xC3, '}'},
                new byte[] {(byte) 0xC0, (byte) 0x80},
                new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
                new byte[] {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
                new byte[] {'"', (byte) 0xE2, (byte) 0x82});
    }

    @ParameterizedTest
    @MethodSource("noUtf8")
    void text_thatIsNoUtf8_closesTheSocketWithItsCode(byte[] bytes) {
        socket.frame(RawSocket.FIN | RawSocket.TEXT, bytes);

        assertThat(socket.awaitClose()).isEqualTo(INVALID_UTF_8);
    }

    @Test
    void fragments_thatAreNoUtf8Together_closeTheSocketWithItsCode() {
        socket.await("hello");

        socket.write(fragments(new byte[] {'"', (byte) 0xE2, (byte) 0x82, '"'}, 1));

        assertThat(socket.awaitClose()).isEqualTo(INVALID_UTF_8);
    }

    static Stream<Arguments> forbidden() {
        return Stream.of(
                Arguments.of("not masked", new byte[] {(byte) 0x81, 2, '{', '}'}),
                Arguments.of("reserved opcode", RawSocket.frameOf(RawSocket.FIN | 0x3, new byte[1])),
                Arguments.of("reserved control opcode", RawSocket.frameOf(RawSocket.FIN | 0xB, new byte[1])),
                Arguments.of("nothing to go on with", RawSocket.frameOf(RawSocket.FIN, new byte[1])),
                Arguments.of("ping in fragments", RawSocket.frameOf(RawSocket.PING, new byte[1])),
                Arguments.of("large ping", RawSocket.frameOf(RawSocket.FIN | RawSocket.PING, new byte[126])),
                Arguments.of(
                        "close with half a code", RawSocket.frameOf(RawSocket.FIN | RawSocket.CLOSE, new byte[1])));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forbidden")
    void frame_thatTheProtocolForbids_closesTheSocketWithAProtocolError(String what, byte[] frame) {
        socket.await("hello");

        socket.write(frame);

        assertThat(socket.awaitClose()).as(what).isEqualTo(PROTOCOL_ERROR);
    }

    @Test
    void ping_isAnsweredWithItsPayload() throws IOException {
        socket.frame(RawSocket.FIN | RawSocket.PING, new byte[] {7, 8, 9});

        var frame = socket.next();
        while (frame.opcode() != RawSocket.PONG) {
            frame = socket.next();
        }
        assertThat(frame.payload()).containsExactly(7, 8, 9);
    }

    @Test
    void close_isAnsweredInKind() {
        socket.await("hello");

        socket.frame(RawSocket.FIN | RawSocket.CLOSE, new byte[] {0x03, (byte) 0xE8});

        assertThat(socket.awaitClose()).isEqualTo(1000);
    }

    @Test
    void close_commandsBeforeIt_areCarriedOut() {
        var api = new Api(port);
        var ben = api.register("ben");
        var chat = api.privateChat(ann, ben);
        try (var other = EventClient.live(port, ben.token())) {
            socket.await("hello");

            socket.text("{\"type\":\"message.send\",\"chat_id\":" + chat + ",\"contents\":\"goodbye\"}");
            socket.frame(RawSocket.FIN | RawSocket.CLOSE, new byte[] {0x03, (byte) 0xE8});

            assertThat(other.await("message").path("message").path("contents").stringValue())
                    .isEqualTo("goodbye");
        }
    }

    private void assertStillServed() {
        socket.text("{\"type\":\"ping\",\"ref\":\"still\"}");
        assertThat(pong(socket.await("pong"))).isEqualTo("still");
    }

    private static String pong(JsonNode pong) {
        return pong.path("ref").stringValue();
    }

    /// While the test reads: what is large goes only as fast as it is taken.
    private void writeMeanwhile(byte[] bytes) {
        Thread.ofVirtual().start(() -> socket.write(bytes));
    }

    private static byte[] fragments(byte[] text, int size) {
        var all = new ByteArrayOutputStream();
        for (int from = 0; from < text.length; from += size) {
            var to = Math.min(text.length, from + size);
            var first = (from == 0 ? RawSocket.TEXT : RawSocket.CONTINUATION) | (to == text.length ? RawSocket.FIN : 0);
            all.writeBytes(RawSocket.frameOf(first, Arrays.copyOfRange(text, from, to)));
        }
        return all.toByteArray();
    }

    /// A ping that is so many bytes long.
    private static String ping(int bytes) {
        var empty = "{\"type\":\"ping\",\"ref\":\"\"}";
        return "{\"type\":\"ping\",\"ref\":\"" + "x".repeat(bytes - empty.length()) + "\"}";
    }
}
