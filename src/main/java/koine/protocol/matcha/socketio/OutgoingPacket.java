package koine.protocol.matcha.socketio;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// A packet of Engine.IO to be sent: what is made for this client, and then what many clients may share.
final class OutgoingPacket {

    private static final byte[] NOTHING = {};

    static final OutgoingPacket CLOSE = of("1");
    static final OutgoingPacket PING = of("2");
    static final OutgoingPacket PONG = of("3");
    static final OutgoingPacket PROBED = of("3probe");
    static final OutgoingPacket NOOP = of("6");

    private final byte[] head;
    private final byte[] body;

    private OutgoingPacket(byte[] head, byte[] body) {
        this.head = head;
        this.body = body;
    }

    static OutgoingPacket of(String text) {
        return new OutgoingPacket(text.getBytes(StandardCharsets.UTF_8), NOTHING);
    }

    /// @param body not copied
    static OutgoingPacket of(String head, byte[] body) {
        return new OutgoingPacket(head.getBytes(StandardCharsets.UTF_8), body);
    }

    byte[] head() {
        return head;
    }

    byte[] body() {
        return body;
    }

    /// In bytes.
    int size() {
        return head.length + body.length;
    }

    /// In UTF-16 units, the characters of a JavaScript string.
    int characters() {
        return characters(head) + characters(body);
    }

    void writeTo(ByteArrayOutputStream out) {
        out.writeBytes(head);
        out.writeBytes(body);
    }

    @Override
    public String toString() {
        return new String(head, StandardCharsets.UTF_8) + new String(body, StandardCharsets.UTF_8);
    }

    /// Each character has one byte that is no continuation (`10xxxxxx`); those of four bytes (`11110xxx`) are two
    /// units.
    private static int characters(byte[] utf8) {
        int count = 0;
        for (byte each : utf8) {
            count += (each & 0xC0) == 0x80 ? 0 : (each & 0xF8) == 0xF0 ? 2 : 1;
        }
        return count;
    }
}
