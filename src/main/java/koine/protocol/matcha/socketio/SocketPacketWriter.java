package koine.protocol.matcha.socketio;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// Writes packets of Socket.IO, each as an Engine.IO message.
final class SocketPacketWriter {

    private final JsonMapper json;

    SocketPacketWriter(JsonMapper json) {
        this.json = json;
    }

    /// Tells a client that it has joined the namespace.
    ///
    /// @param id the socket's; protocol 4 has no place for it
    OutgoingPacket joined(EngineVersion version, String namespace, String id) {
        return switch (version) {
            case V3 -> OutgoingPacket.of(head('0', namespace));
            case V4 -> OutgoingPacket.of(head('0', namespace), encode(text("sid", id)));
        };
    }

    /// Tells a client that it may not join the namespace: by a text in protocol 4, by an object in protocol 5.
    OutgoingPacket refused(EngineVersion version, String namespace, String message) {
        return switch (version) {
            case V3 -> OutgoingPacket.of(head('4', namespace), encode(message));
            case V4 -> OutgoingPacket.of(head('4', namespace), encode(text("message", message)));
        };
    }

    OutgoingPacket left(String namespace) {
        return OutgoingPacket.of(head('1', namespace));
    }

    OutgoingPacket event(String namespace, EncodedEvent event) {
        return OutgoingPacket.of(head('2', namespace), event.json());
    }

    /// @param ack the number under which the client shall answer
    OutgoingPacket event(String namespace, long ack, EncodedEvent event) {
        return OutgoingPacket.of(head('2', namespace) + ack, event.json());
    }

    OutgoingPacket ack(String namespace, long id, Acknowledgement answer) {
        return OutgoingPacket.of(head('3', namespace) + id, encode(answer.arguments()));
    }

    private static String head(char type, String namespace) {
        return namespace.equals("/") ? "4" + type : "4" + type + namespace + ",";
    }

    private static JsonNode text(String name, String value) {
        return JsonNodeFactory.instance.objectNode().put(name, value);
    }

    private byte[] encode(Object value) {
        return json.writeValueAsBytes(value);
    }
}
