package koine.protocol.matcha.socketio;

import java.nio.charset.StandardCharsets;
import java.util.List;
import koine.testing.Fuzz;
import koine.testing.Nonsense;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// Packets, and bodies with several of them: each is read, or a [BadPacket].
class PacketFuzzTest {

    private static final int INPUTS = 15_000;

    private static final List<String> PACKETS = List.of(
            "0/api/socket,{\"token\":\"abc\"}",
            "0",
            "1/api/socket,",
            "2/api/socket,7[\"message\",{\"author\":\"ann\",\"text\":\"hi\",\"chat_id\":1}]",
            "2[\"join\",1]",
            "3/api/socket,7[{\"ok\":true}]",
            "51-/api/socket,7[\"file\",{\"_placeholder\":true,\"num\":0}]",
            "61-7[{\"_placeholder\":true,\"num\":0}]");

    private static final List<String> BODIES = List.of(
            "4" + PACKETS.get(3) + "\u001e3\u001e2probe\u001e4" + PACKETS.get(4),
            "12:42[\"join\",1]1:36:2probe",
            "bAQIDBA==\u001e5",
            "\u0000\u0001\u0002\u00ff42[\"join\",1]");

    private final SocketPacketReader packets = new SocketPacketReader(JsonMapper.shared());

    @Test
    void packet_anything_isReadOrRefused() {
        Fuzz.forAll(Nonsense.like(PACKETS), INPUTS, bytes -> {
            try {
                packets.read(new String(bytes, StandardCharsets.UTF_8));
            } catch (BadPacket _) {
                // as it should be
            }
        });
    }

    @Test
    void body_anything_isReadOrRefused() {
        Fuzz.forAll(Nonsense.like(BODIES), INPUTS, bytes -> {
            var text = new String(bytes, StandardCharsets.UTF_8);
            refusedOrRead(() -> Payloads.read(EngineVersion.V3, text));
            refusedOrRead(() -> Payloads.read(EngineVersion.V4, text));
            refusedOrRead(() -> Payloads.readBinary(bytes));
        });
    }

    private static void refusedOrRead(Runnable reading) {
        try {
            reading.run();
        } catch (BadPacket _) {
            // as it should be
        }
    }
}
