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
import java.util.Set;
import java.util.zip.CRC32;

/// Leaves out all chunks of a PNG that are not needed to show it, and what comes after its end (PNG, third
/// edition, 5 and 11).
final class PngCleaner {

    private static final long SIGNATURE = 0x89504e470d0a1a0aL;
    private static final int CHECKSUM_BYTES = 4;
    private static final int HEADER_BYTES = 13;
    private static final int MOST_EXIF_BYTES = 1 << 20;

    /// Besides those that every decoder needs, whose names begin with a capital letter: transparency, colours,
    /// pixel size, and the frames of a moving image.
    private static final Set<String> KEPT = Set.of(
            "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "mDCV", "cLLI", "bKGD", "hIST", "pHYs", "sPLT",
            "acTL", "fcTL", "fdAT");

    private final DataInputStream in;
    private final DataOutputStream out;
    private int width;
    private int height;
    private int orientation = Exif.UPRIGHT;

    private PngCleaner(InputStream in, OutputStream out) {
        this.in = new DataInputStream(in);
        this.out = new DataOutputStream(out);
    }

    /// As [Picture.Cleaner].
    static Picture clean(Path from, Path to) throws IOException {
        try (var in = new BufferedInputStream(Files.newInputStream(from));
                var out = new BufferedOutputStream(Files.newOutputStream(to, StandardOpenOption.CREATE_NEW))) {
            return new PngCleaner(in, out).clean();
        }
    }

    private Picture clean() throws IOException {
        if (in.readLong() != SIGNATURE) {
            throw Picture.unreadable();
        }
        out.writeLong(SIGNATURE);
        header();
        for (var name = chunk(); !name.equals("IEND"); ) {
            name = chunk();
        }
        return new Picture(width, height, orientation, false);
    }

    private void header() throws IOException {
        var length = in.readInt();
        var header = in.readNBytes(4 + HEADER_BYTES);
        if (length != HEADER_BYTES
                || header.length < 4 + HEADER_BYTES
                || !name(header).equals("IHDR")) {
            throw Picture.unreadable();
        }
        width = ByteBuffer.wrap(header).getInt(4);
        height = ByteBuffer.wrap(header).getInt(8);
        if (width <= 0 || height <= 0) {
            throw Picture.unreadable();
        }
        out.writeInt(length);
        out.write(header);
        copy(CHECKSUM_BYTES);
    }

    private String chunk() throws IOException {
        var length = in.readInt();
        var type = in.readNBytes(4);
        if (length < 0 || type.length < 4) {
            throw Picture.unreadable();
        }
        var name = name(type);
        if (Character.isUpperCase(name.charAt(0)) || KEPT.contains(name)) {
            out.writeInt(length);
            out.write(type);
            copy((long) length + CHECKSUM_BYTES);
        } else if (name.equals("eXIf") && length <= MOST_EXIF_BYTES) {
            exif(in.readNBytes(length));
            in.skipNBytes(CHECKSUM_BYTES);
        } else {
            in.skipNBytes((long) length + CHECKSUM_BYTES);
        }
        return name;
    }

    private void exif(byte[] tiff) throws IOException {
        orientation = Exif.orientation(tiff);
        if (orientation != Exif.UPRIGHT) {
            write("eXIf", Exif.ofOrientation(orientation));
        }
    }

    private void write(String name, byte[] data) throws IOException {
        var type = name.getBytes(StandardCharsets.US_ASCII);
        var checksum = new CRC32();
        checksum.update(type);
        checksum.update(data);
        out.writeInt(data.length);
        out.write(type);
        out.write(data);
        out.writeInt((int) checksum.getValue());
    }

    private void copy(long bytes) throws IOException {
        var buffer = new byte[8 * 1024];
        for (var left = bytes; left > 0; ) {
            var read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                throw new EOFException();
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }

    private static String name(byte[] chunk) {
        return new String(chunk, 0, Math.min(4, chunk.length), StandardCharsets.ISO_8859_1);
    }
}
