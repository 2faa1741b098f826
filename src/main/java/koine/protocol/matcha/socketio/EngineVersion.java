package koine.protocol.matcha.socketio;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which Engine.IO protocol a client speaks. The Socket.IO protocol goes with it: 4 with the third, 5 with the
/// fourth.
public enum EngineVersion {
    /// The client pings; packets in a payload are preceded by their length.
    V3,
    /// The server pings; packets in a payload are separated by a character.
    V4;

    /// @param eio the parameter of that name in a request's query
    static Optional<EngineVersion> of(@Nullable String eio) {
        return switch (eio) {
            case "3" -> Optional.of(V3);
            case "4" -> Optional.of(V4);
            case null, default -> Optional.empty();
        };
    }
}
