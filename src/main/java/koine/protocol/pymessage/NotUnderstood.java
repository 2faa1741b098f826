package koine.protocol.pymessage;

/// A frame that can't be carried out as it is; its message is what the client is answered.
final class NotUnderstood extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotUnderstood(String error) {
        super(error, null, false, false);
    }

    Outgoing.Problem problem() {
        return new Outgoing.Problem(String.valueOf(getMessage()));
    }
}
