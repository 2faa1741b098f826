package koine.log;

import java.util.List;
import java.util.stream.Stream;

/// What a change gives back and what the log shall tell of it.
///
/// @param events at the positions that were handed out, all of them, in order; none when nothing was changed
public record Written<T>(T result, List<Event> events) {

    /// The outcome of a change that changed nothing.
    public static <T> Written<T> nothing(T result) {
        return new Written<>(result, List.of());
    }

    /// With events that follow from these.
    Written<T> and(List<Event> more) {
        return more.isEmpty()
                ? this
                : new Written<>(
                        result, Stream.concat(events.stream(), more.stream()).toList());
    }
}
