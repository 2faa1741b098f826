package koine.protocol.events;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A WebSocket client that does as it is told, also what the protocol (RFC 6455) forbids, and reads only when
/// it is asked to.
final class RawSocket implements AutoCloseable {

    static final int CONTINUATION = 0x0;
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xA;
    static final int FIN = 0x80;

    /// The connection ended without a close frame.
    static final int NO_CODE = -1;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final byte[] MASK = {1, 2, 3, 4};

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final Answer answer;

    private RawSocket(int port, String path, Map<String, String> headers) throws IOException {
        this.socket = new Socket("localhost", port);
        socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        this.out = socket.getOutputStream();
        out.write(handshake(path, headers).getBytes(StandardCharsets.US_ASCII));
        this.answer = readAnswer();
    }

    /// What the server said to the handshake.
    ///
    /// @param head the status line and the headers
    /// @param body missing where there is none
    record Answer(int status, String head, JsonNode body) {

        String code() {
            return body.path("details").path("code").asString("");
        }
    }

    /// One frame as it came.
    static final class Frame {

        private final int opcode;
        private final byte[] payload;

        private Frame(int opcode, byte[] payload) {
            this.opcode = opcode;
            this.payload = payload;
        }

        int opcode() {
            return opcode;
        }

        byte[] payload() {
            return payload;
        }

        JsonNode json() {
            return JsonMapper.shared().readTree(payload);
        }

        int closeCode() {
            return payload.length < 2 ? NO_CODE : ByteBuffer.wrap(payload).getShort() & 0xFFFF;
        }
    }

    /// Asks for a socket; whether it is opened stands in the [#answer].
    static RawSocket ask(int port, String path, Map<String, String> headers) {
        try {
            return new RawSocket(port, path, headers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Opens a socket, which is then greeted.
    static RawSocket open(int port, String token) {
        var opened = ask(port, "/ws", Map.of("Authorization", "Bearer " + token));
        if (opened.answer.status() != 101) {
            throw new AssertionError("not opened: " + opened.answer);
        }
        return opened;
    }

    Answer answer() {
        return answer;
    }

    void text(String text) {
        frame(FIN | TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /// Sends one masked frame.
    ///
    /// @param first its first byte: flags and opcode
    void frame(int first, byte[] payload) {
        write(frameOf(first, payload));
    }

    /// Sends bytes as they are. That the server has closed the connection meanwhile is no error.
    void write(byte[] bytes) {
        try {
            out.write(bytes);
        } catch (IOException _) { // what the server had to say is still to be read
        }
    }

    /// The next frame.
    Frame next() throws IOException {
        var opcode = in.readUnsignedByte() & 0x0F;
        var length = in.readUnsignedByte() & 0x7F;
        var full = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
        return new Frame(opcode, in.readNBytes(Math.toIntExact(full)));
    }

    /// The next text frame of the type; what comes before it is passed over.
    JsonNode await(String type) {
        try {
            for (var frame = next(); ; frame = next()) {
                if (frame.opcode() == TEXT
                        && frame.json().path("type").asString("").equals(type)) {
                    return frame.json();
                }
                if (frame.opcode() == CLOSE) {
                    throw new AssertionError("closed with " + frame.closeCode());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The code with which the server closes; what comes before is passed over.
    int awaitClose() {
        try {
            for (var frame = next(); ; frame = next()) {
                if (frame.opcode() == CLOSE) {
                    return frame.closeCode();
                }
            }
        } catch (EOFException | SocketException _) {
            return NO_CODE;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Goes away with a reset, without a word.
    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] frameOf(int first, byte[] payload) {
        var frame = new ByteArrayOutputStream();
        frame.write(first);
        frame.writeBytes(length(payload.length));
        frame.writeBytes(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ MASK[i % MASK.length]);
        }
        return frame.toByteArray();
    }

    private static byte[] length(int length) {
        if (length < 126) {
            return new byte[] {(byte) (0x80 | length)};
        }
        return length < 65_536
                ? ByteBuffer.allocate(3)
                        .put((byte) (0x80 | 126))
                        .putShort((short) length)
                        .array()
                : ByteBuffer.allocate(9)
                        .put((byte) (0x80 | 127))
                        .putLong(length)
                        .array();
    }

    private static String handshake(String path, Map<String, String> headers) {
        var request = new StringBuilder(
                "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        headers.forEach(
                (name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
        return request.append("\r\n").toString();
    }

    private Answer readAnswer() throws IOException {
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) in.readUnsignedByte());
        }
        var length = Pattern.compile("(?i)content-length: (\\d+)").matcher(head);
        var body = length.find()
                ? JsonMapper.shared().readTree(in.readNBytes(Integer.parseInt(length.group(1))))
                : JsonMapper.shared().missingNode();
        return new Answer(Integer.parseInt(head.substring(9, 12)), head.toString(), body);
    }
}
