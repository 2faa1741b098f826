package koine.protocol.matcha.socketio;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Several packets in the body of one HTTP request or response.
final class Payloads {

    private static final char SEPARATOR = '\u001e';
    private static final char BASE_64 = 'b';

    /// More in one body are not taken: each costs some memory of its own, however short it is.
    private static final int MAX_PACKETS = 10_000;

    /// Digits of a length; no body is as long as that.
    private static final int MAX_DIGITS = 9;

    private static final int END_OF_LENGTH = 255;

    private Payloads() {}

    /// Errors: [BadPacket].
    static List<EnginePacket> read(EngineVersion version, String body) {
        return switch (version) {
            case V3 -> readCounted(body);
            case V4 -> readSeparated(body);
        };
    }

    /// The binary form, which Engine.IO 3 has besides: `0` or `1` for text or binary, the digits of the packet's
    /// length in bytes, each as a byte of that value, 255, and the packet.
    ///
    /// Errors: [BadPacket].
    static List<EnginePacket> readBinary(byte[] body) {
        var packets = new ArrayList<EnginePacket>();
        for (int at = 0; at < body.length; ) {
            var end = endOfLength(body, at + 1);
            var length = length(body, at + 1, end);
            if (length > body.length - end - 1) {
                throw new BadPacket("a packet shorter than its length");
            }
            packets.add(body[at] == 0 ? text(body, end + 1, length) : EnginePacket.BINARY);
            checkCount(packets);
            at = end + 1 + length;
        }
        return notNone(packets);
    }

    static byte[] write(EngineVersion version, List<OutgoingPacket> packets) {
        var out = new ByteArrayOutputStream(
                packets.stream().mapToInt(OutgoingPacket::size).sum() + 8 * packets.size());
        for (int i = 0; i < packets.size(); i++) {
            switch (version) {
                case V3 -> out.writeBytes((packets.get(i).characters() + ":").getBytes(StandardCharsets.US_ASCII));
                case V4 -> separate(out, i);
            }
            packets.get(i).writeTo(out);
        }
        return out.toByteArray();
    }

    private static void separate(ByteArrayOutputStream out, int index) {
        if (index > 0) {
            out.write(SEPARATOR);
        }
    }

    private static List<EnginePacket> readSeparated(String body) {
        var packets = new ArrayList<EnginePacket>();
        for (int at = 0, end = 0; end < body.length() || at == 0; at = end + 1) {
            end = body.indexOf(SEPARATOR, at);
            end = end < 0 ? body.length() : end;
            packets.add(packet(body.substring(at, end)));
            checkCount(packets);
        }
        return packets;
    }

    private static List<EnginePacket> readCounted(String body) {
        var packets = new ArrayList<EnginePacket>();
        for (int at = 0; at < body.length(); ) {
            var colon = body.indexOf(':', at);
            var length = colon < 0 ? -1 : length(body.substring(at, colon));
            if (length < 0 || length > body.length() - colon - 1) {
                throw new BadPacket("a packet without a length, or shorter than it");
            }
            packets.add(packet(body.substring(colon + 1, colon + 1 + length)));
            checkCount(packets);
            at = colon + 1 + length;
        }
        return notNone(packets);
    }

    private static EnginePacket packet(String text) {
        return !text.isEmpty() && text.charAt(0) == BASE_64 ? EnginePacket.BINARY : EnginePacket.read(text);
    }

    private static EnginePacket text(byte[] body, int from, int length) {
        return EnginePacket.read(new String(body, from, length, StandardCharsets.UTF_8));
    }

    private static int length(String digits) {
        var valid = !digits.isEmpty()
                && digits.length() <= MAX_DIGITS
                && digits.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        return valid ? Integer.parseInt(digits) : -1;
    }

    private static int endOfLength(byte[] body, int from) {
        for (int at = from; at < body.length && at <= from + MAX_DIGITS; at++) {
            if ((body[at] & 0xFF) == END_OF_LENGTH) {
                return at;
            }
        }
        throw new BadPacket("a packet without a length");
    }

    private static int length(byte[] body, int from, int end) {
        int length = 0;
        for (int at = from; at < end; at++) {
            if (body[at] < 0 || body[at] > 9) {
                throw new BadPacket("a length that is no number");
            }
            length = 10 * length + body[at];
        }
        return length;
    }

    private static List<EnginePacket> notNone(List<EnginePacket> packets) {
        if (packets.isEmpty()) {
            throw new BadPacket("no packets");
        }
        return packets;
    }

    private static void checkCount(List<EnginePacket> packets) {
        if (packets.size() > MAX_PACKETS) {
            throw new BadPacket("too many packets");
        }
    }
}
