package koine.protocol.matcha.socketio;

/// Something was not sent to a client, or not known to have been.
public final class NotSent extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Why why;

    NotSent(Why why) {
        super(why.name(), null, false, false);
        this.why = why;
    }

    public enum Why {
        /// What waits for the client is at its bound. Nothing was queued.
        FULL,
        /// The socket has ended.
        ENDED,
        /// The client answered with binary attachments.
        BINARY_ANSWER,
        /// Too many answers of this client are being waited for. Nothing was queued.
        TOO_MANY_ANSWERS
    }

    public Why why() {
        return why;
    }
}
