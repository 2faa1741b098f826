package koine.media;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// Leaves out all application segments of a JPEG but those that say what its colours are, its comments, and
/// what comes after its end (ITU-T T.81, annex B).
final class JpegCleaner {

    private static final int START_OF_IMAGE = 0xffd8;
    private static final int END_OF_IMAGE = 0xd9;
    private static final int START_OF_SCAN = 0xda;
    private static final int COMMENT = 0xfe;
    private static final int JFIF_LENGTH = 14;
    private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

    private final DataInputStream in;
    private final DataOutputStream out;
    private int width;
    private int height;
    private int orientation = Exif.UPRIGHT;
    private boolean progressive;

    private JpegCleaner(InputStream in, OutputStream out) {
        this.in = new DataInputStream(in);
        this.out = new DataOutputStream(out);
    }

    /// As [Picture.Cleaner].
    static Picture clean(Path from, Path to) throws IOException {
        try (var in = new BufferedInputStream(Files.newInputStream(from));
                var out = new BufferedOutputStream(Files.newOutputStream(to, StandardOpenOption.CREATE_NEW))) {
            return new JpegCleaner(in, out).clean();
        }
    }

    private Picture clean() throws IOException {
        if (in.readUnsignedShort() != START_OF_IMAGE) {
            throw Picture.unreadable();
        }
        out.writeShort(START_OF_IMAGE);
        var marker = nextMarker();
        while (marker != END_OF_IMAGE) {
            marker = isAlone(marker) ? alone(marker) : segment(marker);
        }
        writeMarker(END_OF_IMAGE);
        if (width == 0 || height == 0) {
            throw Picture.unreadable();
        }
        return new Picture(width, height, orientation, progressive);
    }

    private int alone(int marker) throws IOException {
        writeMarker(marker);
        return nextMarker();
    }

    private int segment(int marker) throws IOException {
        var length = in.readUnsignedShort() - 2;
        if (length < 0) {
            throw Picture.unreadable();
        }
        var payload = new byte[length];
        in.readFully(payload);
        learn(marker, payload);
        if (isKept(marker, payload)) {
            write(marker, payload);
        }
        return marker == START_OF_SCAN ? scan() : nextMarker();
    }

    private void learn(int marker, byte[] payload) throws IOException {
        if (isFrame(marker) && payload.length > 4) {
            height = Short.toUnsignedInt(ByteBuffer.wrap(payload).getShort(1));
            width = Short.toUnsignedInt(ByteBuffer.wrap(payload).getShort(3));
            progressive = (marker & 3) == 2;
        } else if (marker == 0xe1 && startsWith(payload, EXIF) && orientation == Exif.UPRIGHT) {
            orientation = Exif.orientation(Arrays.copyOfRange(payload, EXIF.length, payload.length));
            if (orientation != Exif.UPRIGHT) {
                write(marker, concat(EXIF, Exif.ofOrientation(orientation)));
            }
        }
    }

    /// JFIF, colour profiles, and Adobe's note of how colours are stored. JFIF may end in a small picture, which
    /// goes.
    private static boolean isKept(int marker, byte[] payload) {
        return switch (marker) {
            case 0xe0 -> startsWith(payload, "JFIF\0") && payload.length >= JFIF_LENGTH;
            case 0xe2 -> startsWith(payload, "ICC_PROFILE\0");
            case 0xee -> startsWith(payload, "Adobe");
            default -> marker < 0xe0 || (marker > 0xef && marker != COMMENT);
        };
    }

    private void write(int marker, byte[] payload) throws IOException {
        var length = marker == 0xe0 ? JFIF_LENGTH : payload.length;
        if (marker == 0xe0) {
            payload[JFIF_LENGTH - 2] = 0;
            payload[JFIF_LENGTH - 1] = 0;
        }
        writeMarker(marker);
        out.writeShort(length + 2);
        out.write(payload, 0, length);
    }

    /// Copies the compressed pixels up to the marker behind them, and gives that. An image that was cut off in
    /// the middle of them is shown by every client as far as it goes: it is ended here.
    private int scan() throws IOException {
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b != 0xff) {
                out.write(b);
                continue;
            }
            var next = markerCode(in.read());
            if (next < 0) {
                break;
            }
            if (next != 0 && !isRestart(next)) {
                return next;
            }
            out.write(0xff);
            out.write(next);
        }
        return END_OF_IMAGE;
    }

    private int nextMarker() throws IOException {
        if (in.readUnsignedByte() != 0xff) {
            throw Picture.unreadable();
        }
        var code = markerCode(in.readUnsignedByte());
        if (code < 0) {
            throw new EOFException();
        }
        return code;
    }

    /// Any number of bytes 0xff may stand before a marker's code.
    private int markerCode(int first) throws IOException {
        var code = first;
        while (code == 0xff) {
            code = in.read();
        }
        return code;
    }

    private void writeMarker(int marker) throws IOException {
        out.write(0xff);
        out.write(marker);
    }

    private static boolean isAlone(int marker) {
        return marker == 0x01 || isRestart(marker);
    }

    private static boolean isRestart(int marker) {
        return marker >= 0xd0 && marker <= 0xd7;
    }

    /// 0xc4, 0xc8 and 0xcc stand among the frames' markers and are none.
    private static boolean isFrame(int marker) {
        return marker == 0xc0 || (marker > 0xc0 && marker <= 0xcf && (marker & 3) != 0);
    }

    private static boolean startsWith(byte[] payload, String prefix) {
        return startsWith(payload, prefix.getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean startsWith(byte[] payload, byte[] prefix) {
        return payload.length >= prefix.length && Arrays.equals(payload, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static byte[] concat(byte[] one, byte[] other) {
        return ByteBuffer.allocate(one.length + other.length)
                .put(one)
                .put(other)
                .array();
    }
}
