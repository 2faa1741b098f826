package koine.protocol.matcha.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import koine.protocol.matcha.socketio.SocketPacket.Ack;
import koine.protocol.matcha.socketio.SocketPacket.BinaryAck;
import koine.protocol.matcha.socketio.SocketPacket.BinaryEvent;
import koine.protocol.matcha.socketio.SocketPacket.Connect;
import koine.protocol.matcha.socketio.SocketPacket.Disconnect;
import koine.protocol.matcha.socketio.SocketPacket.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SocketPacketTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final SocketPacketReader reader = new SocketPacketReader(JSON);
    private final SocketPacketWriter writer = new SocketPacketWriter(JSON);

    @Test
    void read_connect_hasNamespaceAndAuth() {
        assertThat(reader.read("0")).isEqualTo(new Connect("/", JSON.missingNode()));
        assertThat(reader.read("0{\"token\":\"123\"}")).isEqualTo(new Connect("/", json("{\"token\":\"123\"}")));
        assertThat(reader.read("0/admin")).isEqualTo(new Connect("/admin", JSON.missingNode()));
        assertThat(reader.read("0/admin,")).isEqualTo(new Connect("/admin", JSON.missingNode()));
        assertThat(reader.read("0/admin,{\"a\":[]}")).isEqualTo(new Connect("/admin", json("{\"a\":[]}")));
        assertThat(reader.read("0/admin?token=1234&uid=abcd,"))
                .isEqualTo(new Connect("/admin?token=1234&uid=abcd", JSON.missingNode()));
    }

    @Test
    void read_disconnect_hasNamespace() {
        assertThat(reader.read("1")).isEqualTo(new Disconnect("/"));
        assertThat(reader.read("1/admin,")).isEqualTo(new Disconnect("/admin"));
    }

    @Test
    void read_event_hasNameArgumentsAndAcknowledgement() {
        assertThat(reader.read("2[\"foo\"]")).isEqualTo(new Event("/", OptionalLong.empty(), "foo", List.of()));
        assertThat(reader.read("2/admin,13[\"foo\",1,{\"a\":null}]"))
                .isEqualTo(new Event("/admin", OptionalLong.of(13), "foo", List.of(json("1"), json("{\"a\":null}"))));
        assertThat(reader.read("2[7]")).isEqualTo(new Event("/", OptionalLong.empty(), "7", List.of()));
    }

    @Test
    void read_acknowledgement_hasNumberAndArguments() {
        assertThat(reader.read("312[]")).isEqualTo(new Ack("/", 12, List.of()));
        assertThat(reader.read("3/admin,13[\"bar\"]")).isEqualTo(new Ack("/admin", 13, List.of(json("\"bar\""))));
    }

    @Test
    void read_binary_hasAttachments() {
        assertThat(reader.read("51-[\"baz\",{\"_placeholder\":true,\"num\":0}]"))
                .isEqualTo(new BinaryEvent("/", 1, "baz"));
        assertThat(reader.read("52-/admin,14[\"baz\",{\"_placeholder\":true,\"num\":0}]"))
                .isEqualTo(new BinaryEvent("/admin", 2, "baz"));
        assertThat(reader.read("61-15[\"bar\",{\"_placeholder\":true,\"num\":0}]"))
                .isEqualTo(new BinaryAck("/", 1, 15));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "abc",
                "7",
                "4",
                "4\"no\"",
                "0[]",
                "0\"x\"",
                "0{",
                "1{}",
                "1[]",
                "2",
                "2{}",
                "2[]",
                "2\"x\"",
                "2[\"x\"",
                "2[\"x\"]]",
                "2[\"x\"] []",
                "2[null]",
                "2[{}]",
                "2[\"connect\"]",
                "2[\"disconnect\"]",
                "2[\"connect_error\"]",
                "2abc[\"x\"]",
                "2-1[\"x\"]",
                "21234567890123456[\"x\"]",
                "2/admin[\"x\"]",
                "3[]",
                "312",
                "312{}",
                "5[\"x\"]",
                "5-[\"x\"]",
                "51[\"x\"]",
                "511-[\"x\"]",
                "51-[]",
                "61-[]"
            })
    void read_noPacket_isRefused(String text) {
        assertThatThrownBy(() -> reader.read(text)).isInstanceOf(BadPacket.class);
    }

    @Test
    void read_nestedTooDeeply_isRefused() {
        var text = "2[\"x\"," + "[".repeat(100_000) + "]".repeat(100_000) + "]";
        assertThatThrownBy(() -> reader.read(text)).isInstanceOf(BadPacket.class);
    }

    @Test
    void write_joinedAndRefused_areAsEachVersionHasThem() {
        assertThat(writer.joined(EngineVersion.V3, "/", "x")).hasToString("40");
        assertThat(writer.joined(EngineVersion.V3, "/admin", "x")).hasToString("40/admin,");
        assertThat(writer.joined(EngineVersion.V4, "/", "x")).hasToString("40{\"sid\":\"x\"}");
        assertThat(writer.joined(EngineVersion.V4, "/admin", "x")).hasToString("40/admin,{\"sid\":\"x\"}");
        assertThat(writer.refused(EngineVersion.V3, "/admin", "no")).hasToString("44/admin,\"no\"");
        assertThat(writer.refused(EngineVersion.V4, "/", "no")).hasToString("44{\"message\":\"no\"}");
    }

    @Test
    void write_eventsAndAcknowledgements_areWhatClientsRead() {
        var event = EncodedEvent.encode(JSON, "foo", 1, "שלום 😀\n");
        assertThat(writer.event("/", event)).hasToString("42[\"foo\",1,\"שלום 😀\\n\"]");
        assertThat(writer.event("/admin", event)).hasToString("42/admin,[\"foo\",1,\"שלום 😀\\n\"]");
        assertThat(writer.event("/admin", 13, event)).hasToString("42/admin,13[\"foo\",1,\"שלום 😀\\n\"]");
        assertThat(writer.ack("/", 12, Acknowledgement.of())).hasToString("4312[]");
        assertThat(writer.ack("/admin", 13, Acknowledgement.of("bar"))).hasToString("43/admin,13[\"bar\"]");
        assertThat(writer.left("/")).hasToString("41");
        assertThat(writer.left("/admin")).hasToString("41/admin,");
    }

    @Test
    void write_oneEventForManySockets_sharesItsBytes() {
        var event = EncodedEvent.of("[\"foo\"]".getBytes(StandardCharsets.UTF_8));
        assertThat(writer.event("/", event).body())
                .isSameAs(writer.event("/admin", event).body());
    }

    private static JsonNode json(String text) {
        return JSON.readTree(text);
    }
}
