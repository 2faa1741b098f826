package koine.protocol.matcha.socketio;

/// A packet of Engine.IO as a client sent it.
///
/// @param data what follows the type; of a binary packet nothing is kept, since none is taken
record EnginePacket(Type type, String data) {

    static final EnginePacket BINARY = new EnginePacket(Type.BINARY, "");

    /// In the order of the digits that stand for them.
    enum Type {
        OPEN,
        CLOSE,
        PING,
        PONG,
        MESSAGE,
        UPGRADE,
        NOOP,
        /// A message that is no text; it has no digit.
        BINARY;

        private static final Type[] ALL = values();

        private static Type of(char digit) {
            if (digit < '0' || digit > '6') {
                throw new BadPacket("unknown packet type");
            }
            return ALL[digit - '0'];
        }
    }

    /// Errors: [BadPacket].
    static EnginePacket read(String text) {
        if (text.isEmpty()) {
            throw new BadPacket("an empty packet");
        }
        return new EnginePacket(Type.of(text.charAt(0)), text.substring(1));
    }
}
