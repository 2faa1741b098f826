package koine.media;

import java.io.IOException;
import java.nio.file.Path;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;

/// What the headers of an image say of it, which is known before anything is decoded.
///
/// @param width       of the pixels as they are stored, like the height
/// @param orientation how they are to be turned to be seen upright: 1 (not at all) to 8, as Exif counts
/// @param wholeAtOnce whether decoding it takes memory for all pixels, however small the result
record Picture(int width, int height, int orientation, boolean wholeAtOnce) {

    /// Copies an image without what it tells about its owner, and gives what was learnt on the way.
    @FunctionalInterface
    interface Cleaner {

        /// Pixels, colours and orientation stay as they are, bit by bit; what does not belong to the image is
        /// left out.
        ///
        /// @param to a file that is not there yet
        /// @throws java.io.EOFException for one that ends too early
        /// @throws Refused `INVALID_REQUEST` for what is no such image
        Picture clean(Path from, Path to) throws IOException;
    }

    long pixels() {
        return (long) width * height;
    }

    static Refused unreadable() {
        return new Refused(ErrorCode.INVALID_REQUEST, "the image can't be read");
    }
}
