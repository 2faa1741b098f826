package koine.protocol.bridge;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import koine.testing.EventClient;
import tools.jackson.databind.JsonNode;

/// A client of uchat.
final class UchatSeat extends Seat {

    private final EventClient socket;

    UchatSeat(int port, Person person) {
        super(person);
        this.socket = EventClient.open(port, "/uchat", Map.of(), List.of());
        send(Map.of("type", "REQUEST_LOGIN", "login", person.name(), "pass", "secret"));
        until(frame -> frame.path("status").asString("").equals("LOGIN_OK"));
    }

    void send(Map<String, Object> frame) {
        socket.send(frame);
    }

    @Override
    String say(long chat, String text) {
        send(Map.of(
                "type", "SND_MSG", "username", person().name(), "room_id", chat, "message", text, "msg_type", "TEXT"));
        return await("SND_MSG").path("message_id").asString();
    }

    JsonNode await(String type) {
        return until(frame -> frame.path("type").asString().equals(type));
    }

    /// Reads what has not been read, by which it is.
    void readAll(long chat) {
        send(Map.of("type", "READ_MSG", "read", "RESENT", "room_id", chat));
        while (!frame().path("end").asBoolean(false)) {
            // what is told again is of no interest
        }
    }

    @Override
    JsonNode frame() {
        return socket.next();
    }

    @Override
    Stream<Heard> shownBy(JsonNode frame) {
        return frame.path("type").asString().equals("READ_MSG")
                        && !frame.path("message").isMissingNode()
                ? Stream.of(new Heard(
                        frame.path("sender").asString(), frame.path("message").asString()))
                : Stream.empty();
    }

    @Override
    public void close() {
        socket.close();
    }
}
