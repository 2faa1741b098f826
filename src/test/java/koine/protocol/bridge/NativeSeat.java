package koine.protocol.bridge;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import koine.testing.EventClient;
import tools.jackson.databind.JsonNode;

/// One device on the event socket.
final class NativeSeat extends Seat {

    private final EventClient socket;
    private final Directory people;
    private final Map<Member, Marks> marks = new HashMap<>();

    NativeSeat(int port, Person person, String token, Directory people) {
        super(person);
        this.people = people;
        this.socket = EventClient.live(port, token);
    }

    @Override
    String say(long chat, String text) {
        socket.send(Map.of("type", "message.send", "ref", text, "chat_id", chat, "contents", text));
        return answer(text).path("message").path("id").asString();
    }

    /// Has a command carried out.
    JsonNode command(String type, Map<String, Object> fields) {
        var ref = type + System.nanoTime();
        var frame = new HashMap<>(fields);
        frame.put("type", type);
        frame.put("ref", ref);
        socket.send(frame);
        return answer(ref);
    }

    private JsonNode answer(String ref) {
        return until(frame -> frame.path("type").asString().equals("ok")
                && frame.path("ref").asString().equals(ref));
    }

    /// The next event of this type.
    JsonNode event(String type) {
        return until(frame -> frame.path("type").asString().equals(type));
    }

    /// Waits until somebody has received and read this much of the chat, as far as this client was told.
    void awaitMarks(long chat, Person of, long delivered, long read) {
        var whose = new Member(chat, of.id());
        while (!marks.getOrDefault(whose, Marks.NONE).reach(delivered, read)) {
            until(frame -> frame.path("type").asString().equals("receipt"));
        }
    }

    private record Member(long chat, long user) {}

    private record Marks(long delivered, long read) {

        static final Marks NONE = new Marks(0, 0);

        boolean reach(long delivered, long read) {
            return this.delivered >= delivered && this.read >= read;
        }
    }

    @Override
    JsonNode frame() {
        var frame = socket.next();
        if (frame.path("type").asString().equals("receipt")) {
            marks.put(
                    new Member(
                            frame.path("chat_id").asLong(),
                            frame.path("user_id").asLong()),
                    new Marks(
                            frame.path("delivered").asLong(), frame.path("read").asLong()));
        }
        return frame;
    }

    @Override
    Stream<Heard> shownBy(JsonNode frame) {
        var message = frame.path("message");
        return frame.path("type").asString().equals("message")
                ? Stream.of(new Heard(
                        people.name(message.path("author_id").asLong()),
                        message.path("contents").asString()))
                : Stream.empty();
    }

    @Override
    public void close() {
        socket.close();
    }
}
