package koine.delivery;

/// What is written to a socket at once, encoded. One frame may be shared by many connections, so its bytes must
/// not be changed by anyone.
public final class Frame {

    private final byte[] bytes;

    /// @param bytes handed over: the caller must not change them afterwards
    public Frame(byte[] bytes) {
        this.bytes = bytes;
    }

    /// The frame's bytes themselves, not a copy.
    public byte[] bytes() {
        return bytes;
    }

    int size() {
        return bytes.length;
    }
}
