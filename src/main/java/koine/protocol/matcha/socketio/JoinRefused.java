package koine.protocol.matcha.socketio;

/// A client may not join a namespace. It is told the message.
public final class JoinRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public JoinRefused(String message) {
        super(message, null, false, false);
    }

    /// What the client is told.
    String reason() {
        return String.valueOf(getMessage());
    }
}
