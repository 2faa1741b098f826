package koine.media;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/// Looks at a GIF (GIF89a, 18). It is kept as it came: no camera writes one.
final class GifCleaner {

    private static final int HEAD = 10;

    private GifCleaner() {}

    /// As [Picture.Cleaner].
    static Picture clean(Path from, Path to) throws IOException {
        try (var in = Files.newInputStream(from)) {
            var head = ByteBuffer.wrap(in.readNBytes(HEAD)).order(ByteOrder.LITTLE_ENDIAN);
            if (head.limit() < HEAD) {
                throw new EOFException();
            }
            Files.copy(from, to);
            return new Picture(
                    Short.toUnsignedInt(head.getShort(6)), Short.toUnsignedInt(head.getShort(8)), Exif.UPRIGHT, true);
        }
    }
}
