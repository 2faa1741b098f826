package koine.media;

import org.springframework.core.io.buffer.DataBuffer;
import reactor.core.publisher.Flux;

/// A file, or its thumbnail, that its reader may have.
///
/// @param version tells it from every other file; the contents under it never change
/// @param image   whether browsers may show it in place
public record MediaFile(
        String fileName, String contentType, long size, String version, boolean image, Contents contents) {

    /// Reads the contents.
    @FunctionalInterface
    public interface Contents {

        /// So many bytes from that offset on, in pieces, as they are asked for. Whoever takes a piece has to
        /// release it.
        Flux<DataBuffer> read(long from, long length);
    }
}
