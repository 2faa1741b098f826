package koine.bench.measure;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/// What a measured message says about itself, at the beginning of its text: who sent it, its number among that
/// sender's messages, and when it was meant to be sent. It survives JSON and XML as it is, so a delivery is
/// understood without knowing the protocol that brought it.
///
/// @param sender which of the senders
/// @param number counts each sender's messages from 0
/// @param time   as [System#nanoTime] had it
public record Stamp(int sender, int number, long time) {

    private static final byte MARK = '~';
    private static final int SIZE = 2 + 8 + 8 + 16;

    /// A text of so many bytes that carries the stamp.
    public byte[] text(int bytes) {
        var text = new StringBuilder(bytes).append("~~");
        text.append(hex(sender, 8)).append(hex(number, 8)).append(hex(time, 16));
        text.repeat('x', Math.max(0, bytes - SIZE));
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /// The stamp in a frame; null if there is none.
    public static Stamp in(ByteBuf frame) {
        int at = frame.indexOf(frame.readerIndex(), frame.writerIndex(), MARK);
        if (at < 0 || at + SIZE > frame.writerIndex() || frame.getByte(at + 1) != MARK) {
            return null;
        }
        return new Stamp((int) number(frame, at + 2, 8), (int) number(frame, at + 10, 8), number(frame, at + 18, 16));
    }

    private static String hex(long value, int digits) {
        var hex = Long.toHexString(value);
        return "0".repeat(digits - hex.length()) + hex;
    }

    private static long number(ByteBuf frame, int at, int digits) {
        long value = 0;
        for (int i = at; i < at + digits; i++) {
            value = value << 4 | Character.digit(frame.getByte(i), 16);
        }
        return value;
    }
}
