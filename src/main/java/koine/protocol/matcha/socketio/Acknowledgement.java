package koine.protocol.matcha.socketio;

import java.util.List;

/// What a client is told by the callback that it gave with an event.
///
/// @param arguments values that the server's mapper can write
public record Acknowledgement(List<?> arguments) {

    public static Acknowledgement of(Object... arguments) {
        return new Acknowledgement(List.of(arguments));
    }
}
