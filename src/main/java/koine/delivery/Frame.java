package koine.delivery;

import java.util.Optional;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.log.Message;
import org.jspecify.annotations.Nullable;

/// What is written to a connection at once, encoded. One frame may be shared by many connections, so its
/// bytes must not be changed by anyone.
public final class Frame {

    private static final long NO_POSITION = 0;

    /// Not to be written as it is: the protocol sends in its place whatever makes the peer show that it is
    /// there, or at least keeps the connection alive.
    public static final Frame BEAT = new Frame(new byte[0]);

    private final byte[] bytes;
    private final long position;
    private final @Nullable Shown shown;
    private final @Nullable Object draft;
    private final int size;

    /// A message that its receiver has got by the frame.
    public record Shown(ChatId chat, long seq, AccountId author) {}

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
        this(bytes, position, null);
    }

    /// A frame that shows a message.
    ///
    /// @param bytes handed over: the caller must not change them afterwards
    public Frame(byte[] bytes, Message message) {
        this(bytes, message.id().value(), new Shown(message.chat(), message.seq(), message.author()));
    }

    private Frame(byte[] bytes, long position, @Nullable Shown shown) {
        this.bytes = bytes;
        this.position = position;
        this.shown = shown;
        this.draft = null;
        this.size = bytes.length;
    }

    private Frame(Object draft, int size, long position) {
        this.bytes = new byte[0];
        this.position = position;
        this.shown = null;
        this.draft = draft;
        this.size = size;
    }

    /// A frame that each connection's protocol finishes when its turn comes to be written, because that takes
    /// what is not at hand before.
    ///
    /// @param draft of what it will be made
    /// @param size  about as many bytes as it will have
    public static Frame unfinished(Object draft, int size, long position) {
        return new Frame(draft, size, position);
    }

    /// A frame that is no event, to be finished like that.
    ///
    /// @param draft of what it will be made
    /// @param size  about as many bytes as it will have
    public static Frame unfinished(Object draft, int size) {
        return new Frame(draft, size, NO_POSITION);
    }

    /// Of what it is to be made; empty for one that is finished.
    public Optional<Object> draft() {
        return Optional.ofNullable(draft);
    }

    /// The frame's bytes themselves, not a copy.
    public byte[] bytes() {
        return bytes;
    }

    /// The same with other bytes, for one connection of many: with what is looked up only when it is written.
    ///
    /// @param other handed over: the caller must not change them afterwards
    public Frame withBytes(byte[] other) {
        return new Frame(other, position, shown);
    }

    /// Whether its receiver has seen the log up to a position by it.
    public boolean hasPosition() {
        return position != NO_POSITION;
    }

    /// Up to where its receiver has seen the log.
    public long position() {
        return position;
    }

    /// The message that it shows, for protocols in which writing a message to the socket delivers it.
    public Optional<Shown> shown() {
        return Optional.ofNullable(shown);
    }

    int size() {
        return size;
    }
}
