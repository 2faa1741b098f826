package koine.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What one client has seen of the log, in the order of its seeing, and the cursor that it keeps: the last one
/// it was given, by whatever frame.
final class Seen {

    private final String who;
    private final Faults faults;
    private final List<Sighting> sightings = new ArrayList<>();
    private final Map<Long, Chat> chats = new HashMap<>();
    private String cursor;

    Seen(String who, String cursor, Faults faults) {
        this.who = who;
        this.cursor = cursor;
        this.faults = faults;
    }

    /// A durable event as it came.
    ///
    /// @param chat    0 where there is none
    /// @param subject the message's id, the other person's, or the notification's; 0 where there is neither
    /// @param seq     0 where there is none
    record Sighting(
            long position,
            String type,
            long chat,
            long subject,
            long seq,
            long author,
            @Nullable String contents) {}

    /// A chat that the client takes itself to be in.
    record Chat(long id, String name) {}

    /// Opaque, as a client keeps it.
    String cursor() {
        return cursor;
    }

    /// The position of the cursor, of which only a test may know.
    long reached() {
        return position(cursor);
    }

    static long position(String cursor) {
        return Long.parseLong(cursor.substring(cursor.indexOf('-') + 1));
    }

    List<Sighting> sightings() {
        return sightings;
    }

    Map<Long, Chat> chats() {
        return chats;
    }

    /// A durable event: it must be after all that there was.
    void event(JsonNode frame) {
        var sighting = sighting(frame);
        faults.addUnless(
                sighting.position() > reached(), "{} had reached {} and was sent {}", who, reached(), sighting);
        sightings.add(sighting);
        cursor = frame.path("cursor").stringValue();
        follow(frame, sighting);
    }

    /// A cursor that comes without an event: all that concerns the client up to it has been sent.
    void upTo(JsonNode frame) {
        var given = frame.path("cursor").stringValue();
        faults.addUnless(
                position(given) >= reached(),
                "{} had reached {} and was sent back to {} by {}",
                who,
                reached(),
                given,
                frame.path("type"));
        cursor = given;
    }

    private void follow(JsonNode frame, Sighting sighting) {
        switch (sighting.type()) {
            case "chat.created", "chat.joined" -> {
                var name = frame.path("chat").path("name").asString("");
                chats.put(sighting.chat(), new Chat(sighting.chat(), name));
            }
            case "chat.left" -> chats.remove(sighting.chat());
            default -> {}
        }
    }

    private static Sighting sighting(JsonNode frame) {
        var type = frame.path("type").stringValue();
        var chat = frame.has("chat")
                ? frame.path("chat").path("id").longValue()
                : frame.path("chat_id").asLong(0);
        var message = frame.path("message");
        return new Sighting(
                position(frame.path("cursor").stringValue()),
                type,
                chat,
                subject(type, frame),
                frame.path("seq").asLong(0),
                message.path("author_id").asLong(0),
                message.path("contents").asString(null));
    }

    private static long subject(String type, JsonNode frame) {
        return switch (type) {
            case "message", "message.edited" -> frame.path("message").path("id").longValue();
            case "message.deleted" -> frame.path("id").longValue();
            case "member.joined", "member.left", "member.changed" ->
                frame.path("user").path("id").longValue();
            case "friend.requested", "friend.accepted", "friend.removed" ->
                frame.path("user").path("id").longValue();
            case "notification" -> frame.path("notification").path("id").longValue();
            default -> 0;
        };
    }
}
