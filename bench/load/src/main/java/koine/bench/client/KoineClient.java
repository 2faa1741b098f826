package koine.bench.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import koine.bench.measure.Stamp;
import koine.bench.net.Frames;
import koine.bench.net.Socket;

/// A client of Koine's native socket. It looks at the beginning of a frame and at its stamp, and parses nothing
/// else: the generator shares the machine with what it measures.
public final class KoineClient implements Client, Frames {

    private static final ByteBuf MESSAGE = beginning("message\"");
    private static final ByteBuf OK = beginning("ok\"");
    private static final ByteBuf HELLO = beginning("hello\"");
    private static final ByteBuf SYNCED = beginning("synced\"");
    private static final ByteBuf HEARTBEAT = beginning("heartbeat\"");

    private static final byte[] SEND = ascii("{\"type\":\"message.send\",\"chat_id\":");
    private static final byte[] CONTENTS = ascii(",\"contents\":\"");
    private static final byte[] END = ascii("\"}");

    private final String since;
    private final Inbox inbox;
    private final CompletableFuture<KoineClient> online = new CompletableFuture<>();
    private String cursor;
    private Socket socket;

    KoineClient(String since, Inbox inbox) {
        this.since = since;
        this.inbox = inbox;
    }

    CompletableFuture<KoineClient> online() {
        return online;
    }

    void failed(Throwable problem) {
        if (problem != null) {
            online.completeExceptionally(problem);
        }
    }

    /// Where it stood when it had all that it had missed.
    public String cursor() {
        return cursor;
    }

    @Override
    public void send(String address, byte[] text) {
        var frame = Unpooled.buffer(SEND.length + address.length() + CONTENTS.length + text.length + END.length);
        frame.writeBytes(SEND)
                .writeBytes(ascii(address))
                .writeBytes(CONTENTS)
                .writeBytes(text)
                .writeBytes(END);
        socket.send(frame);
    }

    @Override
    public void drop() {
        socket.drop();
    }

    @Override
    public void onText(Socket from, ByteBuf frame) {
        if (begins(frame, MESSAGE)) {
            delivered(frame);
        } else if (begins(frame, HELLO)) {
            socket = from;
            socket.send(since == null ? "{\"type\":\"resume\"}" : "{\"type\":\"resume\",\"since\":\"" + since + "\"}");
        } else if (begins(frame, SYNCED)) {
            cursor = cursorIn(frame);
            online.complete(this);
        } else if (!begins(frame, OK) && !begins(frame, HEARTBEAT)) {
            refused(from, frame.toString(StandardCharsets.UTF_8));
        }
    }

    /// Who can't be let in has to come again.
    private void refused(Socket by, String why) {
        if (online.completeExceptionally(new IllegalStateException(why))) {
            by.drop();
        } else {
            inbox.refused(why);
        }
    }

    @Override
    public void onClosed() {
        online.completeExceptionally(new IllegalStateException("closed before it was online"));
        inbox.closed();
    }

    private void delivered(ByteBuf frame) {
        var stamp = Stamp.in(frame);
        if (stamp == null) {
            inbox.refused(frame.toString(StandardCharsets.UTF_8));
        } else {
            inbox.delivered(stamp);
        }
    }

    private static String cursorIn(ByteBuf frame) {
        var text = frame.toString(StandardCharsets.UTF_8);
        int from = text.indexOf("\"cursor\":\"") + "\"cursor\":\"".length();
        return text.substring(from, text.indexOf('"', from));
    }

    private static boolean begins(ByteBuf frame, ByteBuf beginning) {
        int length = beginning.readableBytes();
        return frame.readableBytes() >= length && ByteBufUtil.equals(frame, frame.readerIndex(), beginning, 0, length);
    }

    private static ByteBuf beginning(String type) {
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(ascii("{\"type\":\"" + type)));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
