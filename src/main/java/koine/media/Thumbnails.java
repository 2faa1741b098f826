package koine.media;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes small pictures of large ones, upright. As a JPEG, or as a PNG of what lets the background through.
final class Thumbnails {

    private static final Logger log = LoggerFactory.getLogger(Thumbnails.class);

    /// The most pixels of the longer side.
    static final int SIDE = 320;

    /// What has to be decoded whole takes four bytes and more for each of these.
    private static final long MOST_PIXELS_AT_ONCE = 16_000_000;

    private Thumbnails() {}

    /// @param contentType of the file
    record Thumbnail(Path file, String contentType, long size) {}

    /// Writes it into the file; empty for what can't be decoded, or would take too much memory. Decoding takes
    /// memory for a few rows, or the whole of no more than 16 million pixels.
    static Optional<Thumbnail> of(Path image, String contentType, Picture picture, Path to) throws IOException {
        if (picture.wholeAtOnce() && picture.pixels() > MOST_PIXELS_AT_ONCE) {
            return Optional.empty();
        }
        var decoded = decode(image, contentType, picture);
        if (decoded.isEmpty()) {
            return Optional.empty();
        }
        var small = upright(decoded.get(), picture.orientation());
        var opaque = !small.getColorModel().hasAlpha();
        ImageIO.write(small, opaque ? "jpeg" : "png", to.toFile());
        return Optional.of(new Thumbnail(to, opaque ? "image/jpeg" : "image/png", Files.size(to)));
    }

    /// Readers throw all kinds of exceptions at what was made to confuse them.
    private static Optional<BufferedImage> decode(Path image, String contentType, Picture picture) {
        var readers = ImageIO.getImageReadersByMIMEType(contentType);
        if (!readers.hasNext()) {
            return Optional.empty();
        }
        var reader = readers.next();
        try (var in = new FileImageInputStream(image.toFile())) {
            reader.setInput(in, true, true);
            return decode(reader, picture);
        } catch (IOException | RuntimeException problem) {
            log.debug("No thumbnail can be made", problem);
            return Optional.empty();
        } finally {
            reader.dispose();
        }
    }

    /// About twice the size of the thumbnail, by leaving out rows and columns. What the reader takes for the
    /// size must be what was looked at before.
    private static Optional<BufferedImage> decode(ImageReader reader, Picture picture) throws IOException {
        if ((long) reader.getWidth(0) * reader.getHeight(0) > picture.pixels()) {
            return Optional.empty();
        }
        var step = Math.max(1, Math.max(picture.width(), picture.height()) / (2 * SIDE));
        var parameters = reader.getDefaultReadParam();
        parameters.setSourceSubsampling(step, step, 0, 0);
        return Optional.of(reader.read(0, parameters));
    }

    private static BufferedImage upright(BufferedImage image, int orientation) {
        var scale = Math.min(1.0, (double) SIDE / Math.max(image.getWidth(), image.getHeight()));
        var width = (int) Math.max(1, Math.round(image.getWidth() * scale));
        var height = (int) Math.max(1, Math.round(image.getHeight() * scale));
        var onItsSide = orientation > 4;
        var type = image.getColorModel().hasAlpha() ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB;
        var small = new BufferedImage(onItsSide ? height : width, onItsSide ? width : height, type);
        var canvas = small.createGraphics();
        draw(image, turn(orientation, width, height), width, height, canvas);
        canvas.dispose();
        return small;
    }

    private static void draw(BufferedImage image, AffineTransform turn, int width, int height, Graphics2D canvas) {
        canvas.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        canvas.transform(turn);
        canvas.drawImage(image, 0, 0, width, height, null);
    }

    /// Where a point of the stored picture is seen (Exif 2.32, table 6).
    private static AffineTransform turn(int orientation, int width, int height) {
        return switch (orientation) {
            case 2 -> new AffineTransform(-1, 0, 0, 1, width, 0);
            case 3 -> new AffineTransform(-1, 0, 0, -1, width, height);
            case 4 -> new AffineTransform(1, 0, 0, -1, 0, height);
            case 5 -> new AffineTransform(0, 1, 1, 0, 0, 0);
            case 6 -> new AffineTransform(0, 1, -1, 0, height, 0);
            case 7 -> new AffineTransform(0, -1, -1, 0, height, width);
            case 8 -> new AffineTransform(0, -1, 1, 0, 0, width);
            default -> new AffineTransform();
        };
    }
}
