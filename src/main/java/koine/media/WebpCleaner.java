package koine.media;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Leaves out all chunks of a WebP that are not needed to show it, and what comes after its end (RFC 9649, 2).
final class WebpCleaner {

    private static final int HEAD = 8;
    private static final int START = HEAD + 4;
    private static final int VP8X_BYTES = HEAD + 10;
    private static final int XMP_FLAG = 0x04;
    private static final int EXIF_FLAG = 0x08;
    private static final int MOST_EXIF_BYTES = 1 << 20;
    private static final String EXIF_PREFIX = "Exif\0\0";

    private final FileChannel in;
    private final List<Chunk> kept = new ArrayList<>();
    private int width;
    private int height;
    private int orientation = Exif.UPRIGHT;

    private WebpCleaner(FileChannel in) {
        this.in = in;
    }

    /// @param length of what is in it, without head and padding
    private record Chunk(String name, long at, long length) {

        /// Chunks begin at even offsets.
        long end() {
            return at + HEAD + length + (length & 1);
        }
    }

    /// As [Picture.Cleaner].
    static Picture clean(Path from, Path to) throws IOException {
        try (var in = FileChannel.open(from, StandardOpenOption.READ);
                var out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            var cleaner = new WebpCleaner(in);
            cleaner.look();
            cleaner.write(out);
            return new Picture(cleaner.width, cleaner.height, cleaner.orientation, true);
        }
    }

    private void look() throws IOException {
        var head = read(0, START);
        if (!text(head, 0, 4).equals("RIFF") || !text(head, HEAD, 4).equals("WEBP")) {
            throw Picture.unreadable();
        }
        var end = Math.min(in.size(), HEAD + Integer.toUnsignedLong(head.getInt(4)));
        for (long at = START; at + HEAD <= end; ) {
            var chunkHead = read(at, HEAD);
            var chunk = new Chunk(text(chunkHead, 0, 4), at, Integer.toUnsignedLong(chunkHead.getInt(4)));
            if (at + HEAD + chunk.length() > in.size()) {
                throw new EOFException();
            }
            look(chunk);
            at = chunk.end();
        }
        if (width == 0 || height == 0) {
            throw Picture.unreadable();
        }
    }

    /// The canvas and the picture in it say their sizes separately; what counts is the larger.
    private void look(Chunk chunk) throws IOException {
        switch (chunk.name()) {
            case "VP8X" -> {
                var sizes = read(chunk.at() + HEAD, 10);
                if (chunk.length() != VP8X_BYTES - HEAD) {
                    throw Picture.unreadable();
                }
                keep(chunk, 1 + (sizes.getInt(4) & 0xffffff), 1 + (sizes.getInt(6) >>> 8));
            }
            case "VP8 " -> {
                var sizes = read(chunk.at() + HEAD, 10);
                keep(chunk, sizes.getShort(6) & 0x3fff, sizes.getShort(8) & 0x3fff);
            }
            case "VP8L" -> {
                var sizes = read(chunk.at() + HEAD, 5).getInt(1);
                keep(chunk, 1 + (sizes & 0x3fff), 1 + (sizes >>> 14 & 0x3fff));
            }
            case "ALPH", "ICCP", "ANIM", "ANMF" -> keep(chunk, 0, 0);
            case "EXIF" -> orientation = orientation(chunk);
            default -> {} // XMP, and what nobody knows
        }
    }

    private void keep(Chunk chunk, int itsWidth, int itsHeight) {
        kept.add(chunk);
        width = Math.max(width, itsWidth);
        height = Math.max(height, itsHeight);
    }

    private int orientation(Chunk exif) throws IOException {
        if (exif.length() > MOST_EXIF_BYTES) {
            return Exif.UPRIGHT;
        }
        var data = read(exif.at() + HEAD, (int) exif.length()).array();
        var prefix = EXIF_PREFIX.length();
        var prefixed =
                data.length >= prefix && text(ByteBuffer.wrap(data), 0, prefix).equals(EXIF_PREFIX);
        return Exif.orientation(prefixed ? Arrays.copyOfRange(data, prefix, data.length) : data);
    }

    /// Only the extended form, which begins with `VP8X`, can have Exif data.
    private void write(FileChannel out) throws IOException {
        var turned = orientation != Exif.UPRIGHT && kept.getFirst().name().equals("VP8X");
        var exif = turned ? exifChunk() : ByteBuffer.allocate(0);
        var size = kept.stream().mapToLong(chunk -> chunk.end() - chunk.at()).sum() + exif.remaining();
        out.write(littleEndian(START)
                .put(ascii("RIFF"))
                .putInt((int) (size + START - HEAD))
                .put(ascii("WEBP"))
                .flip());
        for (var chunk : kept) {
            write(chunk, turned, out);
        }
        out.write(exif);
    }

    private void write(Chunk chunk, boolean turned, FileChannel out) throws IOException {
        if (chunk.name().equals("VP8X")) {
            var bytes = read(chunk.at(), VP8X_BYTES);
            var flags = bytes.get(HEAD) & ~(XMP_FLAG | EXIF_FLAG);
            out.write(bytes.put(HEAD, (byte) (turned ? flags | EXIF_FLAG : flags)));
            return;
        }
        var end = Math.min(chunk.end(), in.size());
        for (var at = chunk.at(); at < end; ) {
            at += in.transferTo(at, end - at, out);
        }
        if (end < chunk.end()) {
            out.write(ByteBuffer.allocate(1));
        }
    }

    private ByteBuffer exifChunk() {
        var exif = Exif.ofOrientation(orientation);
        return littleEndian(HEAD + exif.length)
                .put(ascii("EXIF"))
                .putInt(exif.length)
                .put(exif)
                .flip();
    }

    private ByteBuffer read(long at, int length) throws IOException {
        var bytes = littleEndian(length);
        while (bytes.hasRemaining()) {
            if (in.read(bytes, at + bytes.position()) < 0) {
                throw new EOFException();
            }
        }
        return bytes.flip();
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(ByteBuffer bytes, int at, int length) {
        return StandardCharsets.ISO_8859_1.decode(bytes.slice(at, length)).toString();
    }
}
