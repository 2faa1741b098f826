package koine.media;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The one thing of an image's Exif data that is needed to see it upright, and Exif data with nothing else in it.
/// The structure is that of a TIFF file (Exif 2.32, 4.5.2).
final class Exif {

    static final int UPRIGHT = 1;

    private static final int ORIENTATION_TAG = 0x0112;
    private static final int LAST_ORIENTATION = 8;
    private static final int SHORT = 3;
    private static final int ENTRY_BYTES = 12;
    private static final int MOST_ENTRIES = 1_000;

    private Exif() {}

    /// The orientation, 1 to 8; 1 for what can't be read.
    static int orientation(byte[] tiff) {
        try {
            var in = ByteBuffer.wrap(tiff);
            in.order(in.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            return orientation(in, in.getInt(4));
        } catch (IndexOutOfBoundsException | BufferUnderflowException _) {
            return UPRIGHT;
        }
    }

    private static int orientation(ByteBuffer tiff, int directory) {
        var entries = Math.min(Short.toUnsignedInt(tiff.getShort(directory)), MOST_ENTRIES);
        for (int i = 0; i < entries; i++) {
            var entry = directory + 2 + i * ENTRY_BYTES;
            if (Short.toUnsignedInt(tiff.getShort(entry)) == ORIENTATION_TAG) {
                var value = Short.toUnsignedInt(tiff.getShort(entry + 8));
                return value >= UPRIGHT && value <= LAST_ORIENTATION ? value : UPRIGHT;
            }
        }
        return UPRIGHT;
    }

    /// Exif data that has the orientation only.
    static byte[] ofOrientation(int orientation) {
        return ByteBuffer.allocate(26)
                .put(new byte[] {'M', 'M', 0, 42})
                .putInt(8)
                .putShort((short) 1)
                .putShort((short) ORIENTATION_TAG)
                .putShort((short) SHORT)
                .putInt(1)
                .putShort((short) orientation)
                .putShort((short) 0)
                .putInt(0)
                .array();
    }
}
