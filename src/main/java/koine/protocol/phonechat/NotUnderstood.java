package koine.protocol.phonechat;

/// A frame that can't be carried out as it is; its message is what the client is answered.
final class NotUnderstood extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String command;

    /// @param command of the frame, as far as it could be read
    NotUnderstood(String command, String error) {
        super(error, null, false, false);
        this.command = command;
    }

    String command() {
        return command;
    }

    String error() {
        return String.valueOf(getMessage());
    }
}
