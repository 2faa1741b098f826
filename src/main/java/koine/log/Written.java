package koine.log;

import java.util.List;

/// What a change gives back and what the log shall tell of it.
///
/// @param events at the positions that were handed out, all of them, in order; none when nothing was changed
public record Written<T>(T result, List<Event> events) {

    /// The outcome of a change that changed nothing.
    public static <T> Written<T> nothing(T result) {
        return new Written<>(result, List.of());
    }
}
