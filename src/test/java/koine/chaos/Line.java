package koine.chaos;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A connection on which events come, until it breaks.
sealed interface Line permits SocketLine, StreamLine {

    /// The next frame that has come whole; null if there is none in time.
    @Nullable
    JsonNode next(long millis) throws InterruptedException;

    boolean isBroken();

    /// Whether commands go over it: on others they are HTTP calls.
    boolean takesCommands();

    void send(Object command);

    /// Says goodbye, or just goes away.
    void leave(boolean politely);
}
