package koine.protocol.bridge;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import koine.testing.EventClient;
import tools.jackson.databind.JsonNode;

/// A client of pymessage. It hears what is said in groups, and can't say anything there.
final class PymessageSeat extends Seat {

    private final EventClient socket;
    private final Directory people;

    PymessageSeat(int port, Person person, Directory people) {
        super(person);
        this.people = people;
        this.socket = EventClient.open(port, "/pymessage", Map.of(), List.of());
        socket.send(Map.of("type", "login", "username", person.name(), "pin", "secret"));
        until(frame -> frame.path("type").asString().equals("resp"));
    }

    @Override
    String say(long chat, String text) {
        throw new UnsupportedOperationException("pymessage speaks to people, not in chats");
    }

    void say(Person to, String text) {
        socket.send(Map.of("type", "send_msg", "recipient", to.id(), "content", text));
        until(frame -> frame.path("type").asString().equals("send_resp"));
    }

    @Override
    JsonNode frame() {
        return socket.next();
    }

    @Override
    Stream<Heard> shownBy(JsonNode frame) {
        return frame.path("type").asString().equals("message")
                ? Stream.of(new Heard(
                        people.name(frame.path("sender").asLong()),
                        frame.path("content").asString()))
                : Stream.empty();
    }

    @Override
    public void close() {
        socket.close();
    }
}
