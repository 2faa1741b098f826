package koine.protocol.bridge;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// A client of one protocol that sits in the conversation. What it is shown is kept until the test asks for it, in its
/// order.
abstract class Seat implements AutoCloseable {

    private final Person person;
    private final Deque<Heard> heard = new ArrayDeque<>();

    Seat(Person person) {
        this.person = person;
    }

    Person person() {
        return person;
    }

    /// Says something in the chat, and waits until it was accepted.
    ///
    /// @return what the client calls the message from then on
    abstract String say(long chat, String text);

    /// The next frame that comes by itself or as an answer.
    abstract JsonNode frame();

    /// What the frame shows as said, if it does.
    abstract Stream<Heard> shownBy(JsonNode frame);

    /// The next frame for which that holds; what others say meanwhile is not lost.
    JsonNode until(Predicate<JsonNode> fits) {
        while (true) {
            var frame = frame();
            shownBy(frame).forEach(heard::add);
            if (fits.test(frame)) {
                return frame;
            }
        }
    }

    /// The next things that were said, so many of them.
    List<Heard> hear(int count) {
        while (heard.size() < count) {
            until(frame -> shownBy(frame).findAny().isPresent());
        }
        return Stream.generate(heard::poll).limit(count).toList();
    }

    /// What is left of what was said.
    List<Heard> rest() {
        return List.copyOf(heard);
    }

    @Override
    public abstract void close();
}
