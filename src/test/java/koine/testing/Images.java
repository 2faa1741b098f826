package koine.testing;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;

/// Images as cameras and attackers make them. Those of two colours are red on the left and blue on the right.
public final class Images {

    /// Stands in every image that tells where it was taken, or by whom.
    public static final String SECRET = "taken at home";

    /// One pixel, lossy.
    private static final byte[] WEBP =
            Base64.getDecoder().decode("UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAgA0JaQAA3AA/vuUAAA=");

    private Images() {}

    public static byte[] jpeg(int width, int height) {
        return written(twoColours(width, height, BufferedImage.TYPE_INT_RGB), "jpeg");
    }

    public static byte[] png(int width, int height) {
        return written(twoColours(width, height, BufferedImage.TYPE_INT_ARGB), "png");
    }

    public static byte[] gif(int width, int height) {
        return written(twoColours(width, height, BufferedImage.TYPE_INT_RGB), "gif");
    }

    public static byte[] webp() {
        return WEBP.clone();
    }

    /// With Exif data, XMP, a comment, a second picture behind the end, and all of them telling the secret.
    public static byte[] telling(byte[] jpeg, int orientation) {
        var exif = concat(ascii("Exif\0\0"), exif(orientation));
        var xmp = ascii("http://ns.adobe.com/xap/1.0/\0<x>" + SECRET + "</x>");
        return concat(
                head(jpeg, 2),
                segment(0xe1, exif),
                segment(0xe1, xmp),
                segment(0xed, ascii("Photoshop 3.0\0" + SECRET)),
                segment(0xfe, ascii(SECRET)),
                tail(jpeg, 2),
                ascii(SECRET));
    }

    /// With text, a time, Exif data and more behind its end.
    public static byte[] tellingPng(byte[] png, int orientation) {
        var header = 8 + 25;
        return concat(
                head(png, header),
                chunk("tEXt", ascii("Comment\0" + SECRET)),
                chunk("eXIf", exif(orientation)),
                chunk("prVt", ascii(SECRET)),
                tail(png, header),
                ascii(SECRET));
    }

    /// In the extended form, with Exif data and XMP.
    public static byte[] tellingWebp(int orientation) {
        var picture = tail(WEBP, 12);
        var extended = ByteBuffer.allocate(10).put((byte) (0x08 | 0x04)).array();
        var chunks = concat(
                riffChunk("VP8X", extended),
                picture,
                riffChunk("EXIF", exif(orientation)),
                riffChunk("XMP ", ascii(SECRET)));
        return concat(riffHead("RIFF", 4 + chunks.length), ascii("WEBP"), chunks, ascii(SECRET));
    }

    /// A PNG of a few hundred bytes that says it has so many pixels, of which it has some.
    public static byte[] bomb(int width, int height) {
        var header = ByteBuffer.allocate(13)
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 2, 0, 0, 0})
                .array();
        return concat(
                bytes(0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a),
                chunk("IHDR", header),
                chunk("IDAT", deflated(new byte[100_000])),
                chunk("IEND", new byte[0]));
    }

    public static BufferedImage read(byte[] image) {
        try {
            var read = ImageIO.read(new ByteArrayInputStream(image));
            if (read == null) {
                throw new AssertionError("is no image");
            }
            return read;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static boolean tells(byte[] image) {
        return new String(image, StandardCharsets.ISO_8859_1).contains(SECRET);
    }

    public static boolean isRed(BufferedImage image, int x, int y) {
        var colour = new Color(image.getRGB(x, y));
        return colour.getRed() > 180 && colour.getBlue() < 80;
    }

    public static boolean isBlue(BufferedImage image, int x, int y) {
        var colour = new Color(image.getRGB(x, y));
        return colour.getBlue() > 180 && colour.getRed() < 80;
    }

    private static BufferedImage twoColours(int width, int height, int type) {
        var image = new BufferedImage(width, height, type);
        var canvas = image.createGraphics();
        canvas.setColor(Color.RED);
        canvas.fillRect(0, 0, width / 2, height);
        canvas.setColor(Color.BLUE);
        canvas.fillRect(width / 2, 0, width - width / 2, height);
        canvas.dispose();
        return image;
    }

    private static byte[] written(BufferedImage image, String format) {
        var out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, format, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /// Little-endian, with the orientation behind a description, and a place.
    private static byte[] exif(int orientation) {
        var secret = ascii(SECRET);
        return ByteBuffer.allocate(8 + 2 + 2 * 12 + 4 + secret.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(ascii("II"))
                .putShort((short) 42)
                .putInt(8)
                .putShort((short) 2)
                .putShort((short) 0x010e)
                .putShort((short) 2)
                .putInt(secret.length)
                .putInt(8 + 2 + 2 * 12 + 4)
                .putShort((short) 0x0112)
                .putShort((short) 3)
                .putInt(1)
                .putInt(orientation)
                .putInt(0)
                .put(secret)
                .array();
    }

    private static byte[] segment(int marker, byte[] payload) {
        var length = payload.length + 2;
        return concat(bytes(0xff, marker, length >> 8, length), payload);
    }

    private static byte[] chunk(String name, byte[] data) {
        var out = new ByteArrayOutputStream();
        var checksum = new CRC32();
        checksum.update(ascii(name));
        checksum.update(data);
        try (var chunk = new DataOutputStream(out)) {
            chunk.writeInt(data.length);
            chunk.write(ascii(name));
            chunk.write(data);
            chunk.writeInt((int) checksum.getValue());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] riffChunk(String name, byte[] data) {
        return concat(riffHead(name, data.length), data, new byte[data.length & 1]);
    }

    private static byte[] riffHead(String name, int length) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(ascii(name))
                .putInt(length)
                .array();
    }

    private static byte[] deflated(byte[] data) {
        var out = new ByteArrayOutputStream();
        try (var deflater = new DeflaterOutputStream(out)) {
            deflater.write(data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] head(byte[] bytes, int length) {
        return Arrays.copyOf(bytes, length);
    }

    private static byte[] tail(byte[] bytes, int from) {
        return Arrays.copyOfRange(bytes, from, bytes.length);
    }

    private static byte[] bytes(int... values) {
        var bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] concat(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (var part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
