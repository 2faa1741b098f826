package koine.protocol.matcha.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadsTest {

    @Test
    void read_version4_separatesByTheRecordSeparator() {
        assertThat(Payloads.read(EngineVersion.V4, "4hello\u001e2\u001e4a:b"))
                .containsExactly(message("hello"), new EnginePacket(EnginePacket.Type.PING, ""), message("a:b"));
    }

    @Test
    void read_version3_countsCharactersAsJavaScriptDoes() {
        assertThat(Payloads.read(EngineVersion.V3, "2:4€3:4😀5:4a\nbc1:2"))
                .containsExactly(
                        message("€"), message("😀"), message("a\nbc"), new EnginePacket(EnginePacket.Type.PING, ""));
    }

    @Test
    void read_base64_isBinaryWithoutContents() {
        assertThat(Payloads.read(EngineVersion.V4, "4hello\u001ebAQIDBA=="))
                .containsExactly(message("hello"), EnginePacket.BINARY);
        assertThat(Payloads.read(EngineVersion.V3, "6:4hello10:b4AQIDBA=="))
                .containsExactly(message("hello"), EnginePacket.BINARY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "7", "4a\u001e", "\u001e4a", "4a\u001e\u001e4b"})
    void read_version4NoPackets_isRefused(String body) {
        assertThatThrownBy(() -> Payloads.read(EngineVersion.V4, body)).isInstanceOf(BadPacket.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "abc",
                "4hello",
                ":",
                ":4a",
                "2:4",
                "0:",
                "-1:4",
                "1.0:4",
                "x:4a",
                "+2:4a",
                "٢:4a",
                "2:4a3",
                "99999999999:4a",
                "2:9a"
            })
    void read_version3NoPackets_isRefused(String body) {
        assertThatThrownBy(() -> Payloads.read(EngineVersion.V3, body)).isInstanceOf(BadPacket.class);
    }

    @Test
    void read_tooManyPackets_isRefused() {
        var body = "3\u001e".repeat(10_001) + "3";
        assertThatThrownBy(() -> Payloads.read(EngineVersion.V4, body)).isInstanceOf(BadPacket.class);
    }

    @Test
    void readBinary_textAndBinary_knowsThemApart() {
        var body = new ByteArrayOutputStream();
        body.writeBytes(new byte[] {0, 4, (byte) 255});
        body.writeBytes("4€".getBytes(StandardCharsets.UTF_8));
        body.writeBytes(new byte[] {1, 1, 2, (byte) 255});
        body.writeBytes(new byte[12]);

        assertThat(Payloads.readBinary(body.toByteArray())).containsExactly(message("€"), EnginePacket.BINARY);
    }

    @Test
    void readBinary_noPackets_isRefused() {
        var bodies = List.of(
                new byte[0],
                new byte[] {0},
                new byte[] {0, 2, (byte) 255, '4'},
                new byte[] {0, 12, (byte) 255, '4'},
                new byte[] {0, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, (byte) 255},
                new byte[] {0, (byte) 255});
        assertThat(bodies)
                .allSatisfy(body ->
                        assertThatThrownBy(() -> Payloads.readBinary(body)).isInstanceOf(BadPacket.class));
    }

    @Test
    void write_everyVersion_isWhatItsClientsRead() {
        var packets = List.of(
                OutgoingPacket.PING, OutgoingPacket.of("42", "[\"€ 😀 שלום\\n\"]".getBytes(StandardCharsets.UTF_8)));

        assertThat(text(EngineVersion.V4, packets)).isEqualTo("2\u001e42[\"€ 😀 שלום\\n\"]");
        assertThat(text(EngineVersion.V3, packets)).isEqualTo("1:217:42[\"€ 😀 שלום\\n\"]");
    }

    private static String text(EngineVersion version, List<OutgoingPacket> packets) {
        return new String(Payloads.write(version, packets), StandardCharsets.UTF_8);
    }

    private static EnginePacket message(String text) {
        return new EnginePacket(EnginePacket.Type.MESSAGE, text);
    }
}
