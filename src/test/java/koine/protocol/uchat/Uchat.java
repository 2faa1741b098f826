package koine.protocol.uchat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import koine.testing.Api.User;
import koine.testing.EventClient;
import tools.jackson.databind.JsonNode;

/// A client of uchat, over a real connection.
final class Uchat implements AutoCloseable {

    private final EventClient socket;
    private final String login;

    private Uchat(EventClient socket, String login) {
        this.socket = socket;
        this.login = login;
    }

    /// A socket on which nobody has signed in.
    static Uchat open(int port) {
        return new Uchat(EventClient.open(port, "/uchat", Map.of(), List.of()), "");
    }

    /// A socket on which somebody has signed in whose password is `secret`.
    static Uchat login(int port, User user) {
        var client = new Uchat(EventClient.open(port, "/uchat", Map.of(), List.of()), user.username());
        client.send(Map.of("type", "REQUEST_LOGIN", "login", user.username(), "pass", "secret"));
        client.assertNext("{\"type\":\"RESPONSE_LOGIN\",\"status\":\"LOGIN_OK\"}");
        return client;
    }

    EventClient socket() {
        return socket;
    }

    void send(Object frame) {
        socket.send(frame);
    }

    JsonNode next() {
        return socket.next();
    }

    /// The next frame is exactly this one.
    void assertNext(String json) {
        assertThat(next()).hasToString(json);
    }

    void assertFails(String type, String error) {
        assertNext("{\"type\":\"" + type + "\",\"status\":\"FAIL\",\"error\":\"" + error + "\"}");
    }

    /// Nothing but the answer to a command sent now comes.
    void assertNothingCame() {
        send(Map.of("type", "nothing"));
        assertNext("{\"type\":\"ERROR\",\"error\":\"unknown type\"}");
    }

    /// The room with somebody, which is opened if there is none.
    long room(User with) {
        send(Map.of("type", "CREATE_ROOM", "username", login, "customer", with.username()));
        var answer = next();
        var id = answer.path("id").longValue();
        assertThat(answer)
                .hasToString("{\"type\":\"CREATE_ROOM\",\"id\":%d,\"customer\":\"%s\"}".formatted(id, with.username()));
        return id;
    }

    void say(long room, String type, Object message) {
        send(Map.of("type", "SND_MSG", "username", login, "room_id", room, "message", message, "msg_type", type));
    }

    /// Says something, and gives the message's id.
    long said(long room, String type, Object message) {
        say(room, type, message);
        var answer = next();
        assertThat(answer.path("status").asString("")).as(answer.toString()).isEqualTo("OK");
        return answer.path("message_id").longValue();
    }

    /// All messages of a room that are read so.
    List<JsonNode> read(long room, String which) {
        send(Map.of("type", "READ_MSG", "read", which, "room_id", room));
        var messages = new ArrayList<JsonNode>();
        for (var frame = next(); !frame.path("end").asBoolean(false); frame = next()) {
            assertThat(frame.path("type").asString("")).as(frame.toString()).isEqualTo("READ_MSG");
            assertThat(frame.path("status").asString("")).as(frame.toString()).isEqualTo("OK");
            messages.add(frame);
        }
        return messages;
    }

    @Override
    public void close() {
        socket.close();
    }
}
