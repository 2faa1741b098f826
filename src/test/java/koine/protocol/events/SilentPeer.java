package koine.protocol.events;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A peer that does only what the test says: it takes nothing while it is not asked to, and answers no ping.
final class SilentPeer implements AutoCloseable {

    static final int TEXT = 1;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    /// What the system buffers for a peer that takes nothing, at most: so that little fills it.
    private static final int BUFFER = 4_096;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final DataOutputStream out;

    private SilentPeer(int port) throws IOException {
        socket.setReceiveBufferSize(BUFFER);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.connect(new InetSocketAddress("localhost", port));
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    /// @param text      of a text frame; of a close frame the reason
    /// @param closeCode of a close frame; otherwise 0
    record WsFrame(int opcode, String text, int closeCode) {

        private static WsFrame of(int opcode, byte[] payload) {
            return opcode == CLOSE && payload.length >= 2
                    ? new WsFrame(
                            opcode,
                            new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8),
                            ByteBuffer.wrap(payload).getChar())
                    : new WsFrame(opcode, new String(payload, StandardCharsets.UTF_8), 0);
        }

        JsonNode json() {
            return JsonMapper.shared().readTree(text);
        }

        String type() {
            return opcode == TEXT ? json().path("type").asString("") : "";
        }
    }

    /// An event socket after its handshake.
    static SilentPeer open(int port, String token) {
        return request(port, """
                GET /ws HTTP/1.1\r
                Host: localhost\r
                Connection: Upgrade\r
                Upgrade: websocket\r
                Sec-WebSocket-Version: 13\r
                Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
                Authorization: Bearer %s\r
                \r
                """.formatted(token), "HTTP/1.1 101");
    }

    /// An event socket that gets events from now on.
    static SilentPeer live(int port, String token) {
        var socket = open(port, token);
        socket.send("{\"type\":\"resume\"}");
        socket.await("synced");
        return socket;
    }

    /// An event stream after the head of its answer.
    static SilentPeer stream(int port, String token, String lastEventId) {
        return request(port, """
                GET /events HTTP/1.1\r
                Host: localhost\r
                Authorization: Bearer %s\r
                Last-Event-ID: %s\r
                \r
                """.formatted(token, lastEventId), "HTTP/1.1 200");
    }

    private static SilentPeer request(int port, String request, String answer) {
        try {
            var socket = new SilentPeer(port);
            socket.out.write(request.getBytes(StandardCharsets.US_ASCII));
            var status = socket.line();
            if (!status.startsWith(answer)) {
                throw new AssertionError(status);
            }
            while (!socket.line().isEmpty()) {} // the head's other lines
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (var c = in.readByte(); c != '\n'; c = in.readByte()) {
            line.append((char) c);
        }
        return line.toString().strip();
    }

    void send(String text) {
        write(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    void pong() {
        write(PONG, new byte[0]);
    }

    private void write(int opcode, byte[] payload) {
        try {
            out.writeByte(0x80 | opcode);
            out.writeByte(0x80 | payload.length);
            out.writeInt(0); // a mask that changes nothing
            out.write(payload);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The next frame; empty when the connection is at its end.
    Optional<WsFrame> next() {
        try {
            var first = in.read();
            if (first < 0) {
                return Optional.empty();
            }
            int length = in.readByte() & 0x7f;
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = Math.toIntExact(in.readLong());
            }
            return Optional.of(WsFrame.of(first & 0x0f, in.readNBytes(length)));
        } catch (SocketTimeoutException e) {
            throw new AssertionError("no frame came", e);
        } catch (SocketException e) {
            return Optional.empty(); // reset
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The next frame of the type; others are passed over.
    WsFrame await(String type) {
        for (var frame = next(); frame.isPresent(); frame = next()) {
            if (frame.get().type().equals(type)) {
                return frame.get();
            }
        }
        throw new AssertionError("the connection ended before " + type);
    }

    /// Takes everything there is until the connection ends; gives how many bytes that were.
    long takeToTheEnd() {
        var taken = 0L;
        var buffer = new byte[65_536];
        try {
            for (var n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                taken += n;
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection did not end", e);
        } catch (IOException _) { // a reset is an end, too
        }
        return taken;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
