package koine.protocol.matcha.socketio;

/// A request is answered by the protocol's error.
final class RequestRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final EngineError error;

    RequestRefused(EngineError error, String message) {
        super(message, null, false, false);
        this.error = error;
    }

    EngineError error() {
        return error;
    }

    /// What the client is told.
    String message() {
        return String.valueOf(getMessage());
    }
}
