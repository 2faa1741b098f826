package koine.protocol.matcha.socketio;

/// What a client sent is no packet of the protocol, or none that may come at this time: its session ends.
final class BadPacket extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BadPacket(String why) {
        super(why, null, false, false);
    }

    /// What is wrong with the packet.
    String why() {
        return String.valueOf(getMessage());
    }
}
