package koine.media;

import static koine.testing.Images.isBlue;
import static koine.testing.Images.isRed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.testing.Images;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CleaningTest {

    @TempDir
    private Path directory;

    private int files;

    private static final class Cleaned {

        private final Picture picture;
        private final byte[] bytes;

        Cleaned(Picture picture, byte[] bytes) {
            this.picture = picture;
            this.bytes = bytes;
        }

        Picture picture() {
            return picture;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    static Stream<Arguments> tellingImages() {
        Picture.Cleaner jpeg = JpegCleaner::clean;
        Picture.Cleaner png = PngCleaner::clean;
        Picture.Cleaner webp = WebpCleaner::clean;
        return Stream.of(
                Arguments.of(jpeg, Images.telling(Images.jpeg(40, 20), 6)),
                Arguments.of(png, Images.tellingPng(Images.png(40, 20), 6)),
                Arguments.of(webp, Images.tellingWebp(6)));
    }

    @ParameterizedTest
    @MethodSource("tellingImages")
    void clean_imageThatTellsOfItsOwner_keepsTheOrientationOnly(Picture.Cleaner cleaner, byte[] image)
            throws IOException {
        assertThat(Images.tells(image)).isTrue();

        var cleaned = clean(cleaner, image);

        assertThat(Images.tells(cleaned.bytes())).isFalse();
        assertThat(cleaned.picture().orientation()).isEqualTo(6);
        assertThat(clean(cleaner, cleaned.bytes()).picture()).isEqualTo(cleaned.picture());
        assertThat(clean(cleaner, cleaned.bytes()).bytes()).isEqualTo(cleaned.bytes());
    }

    @Test
    void clean_jpeg_keepsEveryPixel() throws IOException {
        var image = Images.jpeg(40, 20);

        assertThat(clean(JpegCleaner::clean, Images.telling(image, 1)).bytes()).isEqualTo(image);
        assertThat(clean(JpegCleaner::clean, image).picture()).isEqualTo(new Picture(40, 20, 1, false));
    }

    @Test
    void clean_png_keepsEveryPixel() throws IOException {
        var image = Images.png(40, 20);

        assertThat(clean(PngCleaner::clean, Images.tellingPng(image, 1)).bytes())
                .isEqualTo(image);
        assertThat(clean(PngCleaner::clean, image).picture()).isEqualTo(new Picture(40, 20, 1, false));
    }

    @Test
    void clean_webp_canStillBeDecoded() throws IOException {
        var cleaned = clean(WebpCleaner::clean, Images.tellingWebp(1));

        assertThat(Images.tells(cleaned.bytes())).isFalse();
        assertThat(cleaned.bytes()[20]).as("flags").isZero();
        assertThat(Images.read(cleaned.bytes()).getWidth()).isEqualTo(1);
        assertThat(clean(WebpCleaner::clean, Images.webp()).bytes()).isEqualTo(Images.webp());
    }

    @Test
    void clean_jpegCutOffInItsPixels_isEndedThere() throws IOException {
        var image = Images.jpeg(200, 200);

        var cleaned = clean(JpegCleaner::clean, Arrays.copyOf(image, image.length - 20));

        assertThat(Arrays.copyOfRange(cleaned.bytes(), cleaned.bytes().length - 2, cleaned.bytes().length))
                .containsExactly(0xff, 0xd9);
        assertThat(Images.read(cleaned.bytes()).getWidth()).isEqualTo(200);
    }

    static Stream<Arguments> images() {
        Picture.Cleaner jpeg = JpegCleaner::clean;
        Picture.Cleaner png = PngCleaner::clean;
        Picture.Cleaner webp = WebpCleaner::clean;
        return Stream.of(
                Arguments.of(jpeg, Images.telling(Images.jpeg(9, 9), 3)),
                Arguments.of(png, Images.tellingPng(Images.png(9, 9), 3)),
                Arguments.of(webp, Images.tellingWebp(3)));
    }

    /// Cut off, and with each byte turned: it is refused or cleaned, and the answer is never another error, nor
    /// does it take long.
    @ParameterizedTest
    @MethodSource("images")
    void clean_brokenImage_isRefusedOrClean(Picture.Cleaner cleaner, byte[] image) throws IOException {
        for (int i = 0; i < Math.min(image.length, 400); i++) {
            var turned = image.clone();
            turned[i] ^= (byte) 0xff;
            assertRefusedOrClean(cleaner, turned);
            assertRefusedOrClean(cleaner, Arrays.copyOf(image, i));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no image at all", "<html><script>alert(1)</script></html>"})
    void clean_noImage_isRefused(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        for (var cleaner : Stream.<Picture.Cleaner>of(JpegCleaner::clean, PngCleaner::clean, WebpCleaner::clean)
                .toList()) {
            assertThatThrownBy(() -> clean(cleaner, bytes)).isInstanceOfAny(EOFException.class, Refused.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void thumbnail_ofEachOrientation_isUpright(int orientation) throws IOException {
        var thumbnail = thumbnail(Images.telling(Images.jpeg(800, 400), orientation));

        var redFirst = orientation == 1 || (orientation >= 4 && orientation <= 6);
        if (orientation > 4) {
            assertThat(thumbnail.getWidth()).isEqualTo(160);
            assertThat(thumbnail.getHeight()).isEqualTo(320);
            assertThat(isRed(thumbnail, 80, 20)).isEqualTo(redFirst);
            assertThat(isBlue(thumbnail, 80, 20)).isNotEqualTo(redFirst);
            assertThat(isBlue(thumbnail, 80, 300)).isEqualTo(redFirst);
        } else {
            assertThat(thumbnail.getWidth()).isEqualTo(320);
            assertThat(thumbnail.getHeight()).isEqualTo(160);
            assertThat(isRed(thumbnail, 20, 80)).isEqualTo(redFirst);
            assertThat(isBlue(thumbnail, 20, 80)).isNotEqualTo(redFirst);
            assertThat(isBlue(thumbnail, 300, 80)).isEqualTo(redFirst);
        }
    }

    private BufferedImage thumbnail(byte[] image) throws IOException {
        var clean = directory.resolve("clean");
        var picture = JpegCleaner.clean(Files.write(directory.resolve("image"), image), clean);
        var thumbnail = Thumbnails.of(clean, "image/jpeg", picture, directory.resolve("thumbnail"))
                .orElseThrow();
        assertThat(thumbnail.contentType()).isEqualTo("image/jpeg");
        return Images.read(Files.readAllBytes(thumbnail.file()));
    }

    private void assertRefusedOrClean(Picture.Cleaner cleaner, byte[] image) throws IOException {
        try {
            clean(cleaner, image);
        } catch (EOFException _) { // as it should be
        } catch (Refused refused) {
            assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        }
    }

    private Cleaned clean(Picture.Cleaner cleaner, byte[] image) throws IOException {
        files++;
        var to = directory.resolve("clean-" + files);
        var picture = cleaner.clean(Files.write(directory.resolve("image-" + files), image), to);
        return new Cleaned(picture, Files.readAllBytes(to));
    }
}
