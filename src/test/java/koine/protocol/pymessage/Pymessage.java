package koine.protocol.pymessage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import koine.testing.Api.User;
import koine.testing.EventClient;
import tools.jackson.databind.JsonNode;

/// A client of pymessage, over a real connection.
final class Pymessage implements AutoCloseable {

    private final EventClient socket;

    private Pymessage(EventClient socket) {
        this.socket = socket;
    }

    /// A socket on which nobody has signed in.
    static Pymessage open(int port) {
        return new Pymessage(EventClient.open(port, "/pymessage", Map.of(), List.of()));
    }

    /// A socket on which somebody has signed in who has a password.
    static Pymessage login(int port, User user) {
        var client = open(port);
        client.send(Map.of("type", "login", "username", user.username(), "pin", "secret"));
        client.assertNext("{\"type\":\"resp\",\"id\":" + user.id() + "}");
        return client;
    }

    EventClient socket() {
        return socket;
    }

    void send(Object frame) {
        socket.send(frame);
    }

    void message(User to, String content) {
        send(Map.of("type", "send_msg", "recipient", to.id(), "content", content));
    }

    void friend(String type, User user) {
        send(Map.of("type", type, "user", user.id()));
    }

    JsonNode next() {
        return socket.next();
    }

    /// The next frame is exactly this one.
    void assertNext(String json) {
        assertThat(next()).hasToString(json);
    }

    void assertError(String error) {
        assertNext("{\"type\":\"error\",\"error\":\"" + error + "\"}");
    }

    /// Nothing but the answer to a command sent now comes.
    void assertNothingCame() {
        send(Map.of("type", "nothing"));
        assertError("endpoint not found");
    }

    void assertFriends(User... friends) {
        send(Map.of("type", "get_friends"));
        var answer = next();
        assertThat(answer.path("type").stringValue()).isEqualTo("friends_resp");
        assertThat(answer.path("friends").valueStream().map(JsonNode::toString))
                .containsExactlyInAnyOrderElementsOf(List.of(friends).stream()
                        .map(friend -> "{\"username\":\"" + friend.username() + "\",\"id\":" + friend.id() + "}")
                        .toList());
    }

    @Override
    public void close() {
        socket.close();
    }
}
