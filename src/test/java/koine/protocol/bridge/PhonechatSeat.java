package koine.protocol.bridge;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import koine.testing.EventClient;
import tools.jackson.databind.JsonNode;

/// A phone: its receive socket, and one to send to the group. It says of each message that it has received it.
final class PhonechatSeat extends Seat {

    private static final String ANY_TIME = "2026-11-21 10:00:00.000";

    private final EventClient receiving;
    private final EventClient sending;
    private final Directory people;
    private final String key;
    private int said;

    PhonechatSeat(int port, Person person, String key, Directory people) {
        super(person);
        this.people = people;
        this.key = key;
        this.receiving = open(port, "special/" + person.number() + "/", person);
        this.sending = open(port, "group/" + person.number() + "/" + key + "/", person);
    }

    /// A socket of this person.
    static EventClient open(int port, String path, Person person) {
        return EventClient.open(port, "/ws/chat/" + path + "?token=" + person.token(), Map.of(), List.of());
    }

    @Override
    String say(long chat, String text) {
        var at = nextTime();
        command("new_grp_msg", text, at);
        var answer = sending.next();
        if (!answer.path("command").asString().equals("msg_sent")) {
            throw new AssertionError(answer.toString());
        }
        return at;
    }

    /// Says something to one person alone, over a socket of its own.
    void tell(int port, Person to, String text) {
        try (var line = open(port, "personal/" + person().number() + "/" + to.number(), person())) {
            line.send(frame("new_msg", text, to.number(), nextTime()));
            line.await(frame -> frame.path("command").asString().equals("msg_sent"));
        }
    }

    private String nextTime() {
        return "2026-11-21 10:00:%02d.%03d".formatted(said / 1000, said++ % 1000);
    }

    /// Sends a frame to the group.
    void command(String command, String message, String at) {
        sending.send(frame(command, message, key, at));
    }

    /// Reads the message that this frame has shown.
    void read(JsonNode shown) {
        command("grp_msg_read", shown.path("sent_timestamp").asString(), ANY_TIME);
    }

    /// Says that the group's message that this frame has shown is safe.
    void received(JsonNode shown) {
        command("grp_msg_received", shown.path("sent_timestamp").asString(), ANY_TIME);
    }

    /// What waits for this phone, of groups.
    List<Heard> fetch() {
        receiving.send(frame("fetch_grp_msgs", "--null--", person().number(), ANY_TIME));
        var chunk = until(frame -> frame.path("command").asString().equals("fetch_grp_msgs"));
        return Objects.requireNonNull(chunk.path("messages"))
                .valueStream()
                .map(this::heard)
                .toList();
    }

    JsonNode await(String command) {
        return until(frame -> frame.path("command").asString().equals(command));
    }

    private Map<String, Object> frame(String command, String message, String to, String at) {
        return Map.of(
                "message", message,
                "command", command,
                "msg_from", person().number(),
                "msg_to", to,
                "sent_timestamp", at);
    }

    @Override
    JsonNode frame() {
        return receiving.next();
    }

    @Override
    Stream<Heard> shownBy(JsonNode frame) {
        return frame.path("command").asString().equals("new_msg") ? Stream.of(heard(frame)) : Stream.empty();
    }

    /// In a group the number stands behind the group's key.
    private Heard heard(JsonNode frame) {
        var from = frame.path("msg_from").asString();
        var number = from.startsWith(key + "-") ? from.substring(key.length() + 1) : from;
        return new Heard(people.nameOfNumber(number), frame.path("message").asString());
    }

    @Override
    public void close() {
        receiving.close();
        sending.close();
    }
}
