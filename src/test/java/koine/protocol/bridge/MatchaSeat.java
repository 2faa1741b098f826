package koine.protocol.bridge;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.stream.Stream;
import koine.testing.Texts;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A client of matcha, over Socket.IO by WebSocket. An event is kept as the array that it is, the answer to one's own
/// as `["ack", …]`, and what the server says to joining as `["joined"]`.
final class MatchaSeat extends Seat {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String NAMESPACE = "/api/socket,";

    private final Texts texts = new Texts();
    private final WebSocket socket;

    MatchaSeat(int port, Person person) {
        super(person);
        var uri = URI.create("ws://localhost:" + port + "/socket.io/?EIO=4&transport=websocket");
        this.socket = HTTP.newWebSocketBuilder().buildAsync(uri, texts).join();
        send("40" + NAMESPACE + "{\"token\":\"" + person.token() + "\"}");
        until(frame -> frame.path(0).asString("").equals("joined"));
        ask("connect_logged_user", person.id());
    }

    @Override
    String say(long chat, String text) {
        return ask("message", Map.of("text", text, "chat_id", chat, "author", person().name()))
                .path("message_id")
                .asString();
    }

    /// Opens the chat on this socket: what comes in it is read.
    void join(long chat) {
        ask("join", chat);
    }

    private JsonNode ask(String event, Object argument) {
        send("42" + NAMESPACE + "1" + JSON.writeValueAsString(new Object[] {event, argument}));
        return until(frame -> frame.path(0).asString("").equals("ack")).path(1);
    }

    private void send(String packet) {
        socket.sendText(packet, true).join();
    }

    @Override
    JsonNode frame() {
        var packet = texts.next();
        if (packet.equals("2")) {
            send("3");
        }
        return read(packet);
    }

    private static JsonNode read(String packet) {
        if (packet.startsWith("42" + NAMESPACE)) {
            return JSON.readTree(packet.substring(2 + NAMESPACE.length()));
        }
        if (packet.startsWith("43" + NAMESPACE + "1")) {
            return JSON.readTree("[\"ack\"," + packet.substring(3 + NAMESPACE.length() + 1));
        }
        return JSON.readTree(packet.startsWith("40" + NAMESPACE) ? "[\"joined\"]" : "[]");
    }

    @Override
    Stream<Heard> shownBy(JsonNode frame) {
        return frame.path(0).asString("").equals("receive_message")
                ? Stream.of(new Heard(
                        frame.path(1).path("author").asString(),
                        frame.path(1).path("text").asString()))
                : Stream.empty();
    }

    @Override
    public void close() {
        socket.abort();
    }
}
