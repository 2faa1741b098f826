package koine.delivery;

/// What is written to a connection at once, encoded. One frame may be shared by many connections, so its bytes
/// must not be changed by anyone.
public final class Frame {

    private static final long NO_POSITION = 0;

    /// Not to be written as it is: the protocol sends in its place whatever makes the peer show that it is
    /// there, or at least keeps the connection alive.
    public static final Frame BEAT = new Frame(new byte[0]);

    private final byte[] bytes;
    private final long position;

    /// A frame that is no event.
    ///
    /// @param bytes handed over: the caller must not change them afterwards
    public Frame(byte[] bytes) {
        this(bytes, NO_POSITION);
    }

    /// A frame by which its receiver has seen the log up to the position.
    ///
    /// @param bytes handed over: the caller must not change them afterwards
    public Frame(byte[] bytes, long position) {
        this.bytes = bytes;
        this.position = position;
    }

    /// The frame's bytes themselves, not a copy.
    public byte[] bytes() {
        return bytes;
    }

    /// Whether its receiver has seen the log up to a position by it.
    public boolean hasPosition() {
        return position != NO_POSITION;
    }

    /// Up to where its receiver has seen the log.
    public long position() {
        return position;
    }

    int size() {
        return bytes.length;
    }
}
