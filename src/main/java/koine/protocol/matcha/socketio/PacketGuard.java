package koine.protocol.matcha.socketio;

/// Watches how many packets one client sends. Used by one thread at a time.
@FunctionalInterface
public interface PacketGuard {

    /// Counts a packet, and says whether the session may take it; if not, it is to be ended.
    boolean admits();
}
