package koine.delivery;

/// Why the server ends a connection.
public enum Ending {
    /// The server is going down; the client shall come back in a moment, to whatever server answers.
    GOING_DOWN(false),
    /// The session was ended, here or elsewhere.
    SIGNED_OUT(false),
    /// It had not taken anything for too long while something was waiting for it.
    TOO_SLOW(true),
    /// Nothing was heard of its peer for too long, not even an answer to a ping.
    SILENT(true),
    /// Its peer sent more than anybody may.
    FLOODING(false),
    /// Its account has opened too many, and this was the oldest.
    DISPLACED(false);

    private final boolean abrupt;

    Ending(boolean abrupt) {
        this.abrupt = abrupt;
    }

    /// Whether the rest of what is queued is given up: its peer would not take it.
    public boolean isAbrupt() {
        return abrupt;
    }
}
