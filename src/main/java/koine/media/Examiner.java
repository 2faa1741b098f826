package koine.media;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.media.Thumbnails.Thumbnail;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Finds out what was received, and makes of it what is kept.
@Component
class Examiner {

    private final MediaProperties properties;
    private final MediaThreads threads;

    Examiner(MediaProperties properties, MediaThreads threads) {
        this.properties = properties;
        this.threads = threads;
    }

    /// @param file of an image: without what it told about its owner
    record Examined(Path file, long size, String contentType, Optional<Thumbnail> thumbnail) {}

    /// @param received in a directory of its own, into which the results go
    ///
    /// Errors: `INVALID_REQUEST` for what begins as an image and is none, or one with too many pixels.
    Mono<Examined> examine(Path received, UploadMedia order) {
        return threads.onImages(() -> examined(received, order));
    }

    private Examined examined(Path received, UploadMedia order) throws IOException {
        var contentType = ContentTypes.of(received, FileNames.safe(order.fileName()), order.contentType());
        return switch (contentType) {
            case "image/jpeg" -> image(received, contentType, JpegCleaner::clean);
            case "image/png", "image/apng" -> image(received, "image/png", PngCleaner::clean);
            case "image/webp" -> image(received, contentType, WebpCleaner::clean);
            case "image/gif" -> image(received, contentType, GifCleaner::clean);
            default -> new Examined(received, Files.size(received), contentType, Optional.empty());
        };
    }

    private Examined image(Path received, String contentType, Picture.Cleaner cleaner) throws IOException {
        var clean = received.resolveSibling("clean");
        var picture = clean(received, clean, cleaner);
        if (picture.pixels() > properties.maxPixels()) {
            throw new Refused(
                    ErrorCode.INVALID_REQUEST, "an image has at most %d pixels".formatted(properties.maxPixels()));
        }
        var thumbnail = Thumbnails.of(clean, contentType, picture, received.resolveSibling("thumbnail"));
        return new Examined(clean, Files.size(clean), contentType, thumbnail);
    }

    private static Picture clean(Path from, Path to, Picture.Cleaner cleaner) throws IOException {
        try {
            return cleaner.clean(from, to);
        } catch (EOFException _) {
            throw Picture.unreadable();
        }
    }
}
