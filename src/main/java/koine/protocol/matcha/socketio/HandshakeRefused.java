package koine.protocol.matcha.socketio;

/// A client may not open a session: its request is answered by 403 and the message.
public final class HandshakeRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public HandshakeRefused(String message) {
        super(message, null, false, false);
    }

    /// What the client is told.
    String reason() {
        return String.valueOf(getMessage());
    }
}
