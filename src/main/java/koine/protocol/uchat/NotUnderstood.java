package koine.protocol.uchat;

/// A frame that can't be carried out as it is.
final class NotUnderstood extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Outgoing answer;

    NotUnderstood(Outgoing answer) {
        super(answer.toString(), null, false, false);
        this.answer = answer;
    }

    /// What the client is answered.
    Outgoing answer() {
        return answer;
    }
}
