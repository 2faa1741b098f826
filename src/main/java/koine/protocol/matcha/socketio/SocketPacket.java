package koine.protocol.matcha.socketio;

import java.util.List;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/// A packet of Socket.IO as a client sent it, in an Engine.IO message.
sealed interface SocketPacket {

    /// What it is about; `/` if it names none.
    String namespace();

    /// @param auth an object; missing where none was sent
    record Connect(String namespace, JsonNode auth) implements SocketPacket {}

    record Disconnect(String namespace) implements SocketPacket {}

    /// @param ack the number under which the client wants to be told
    record Event(String namespace, OptionalLong ack, String name, List<JsonNode> arguments) implements SocketPacket {}

    record Ack(String namespace, long id, List<JsonNode> arguments) implements SocketPacket {}

    /// @param attachments how many binary messages follow it
    record BinaryEvent(String namespace, int attachments, String name) implements SocketPacket {}

    /// @param attachments how many binary messages follow it
    record BinaryAck(String namespace, int attachments, long id) implements SocketPacket {}
}
