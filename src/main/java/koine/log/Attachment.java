package koine.log;

import java.util.Set;
import koine.kernel.MediaId;

/// An uploaded file, as those who may read it are told of it. It never changes.
///
/// @param fileName    as its owner named it, made safe to show and to store
/// @param contentType found by looking at the contents
/// @param size        in bytes, as it is kept
/// @param thumbnail   whether there is a small picture of it
public record Attachment(MediaId id, String fileName, String contentType, long size, boolean thumbnail) {

    private static final Set<String> IMAGES = Set.of("image/jpeg", "image/png", "image/gif", "image/webp");

    /// Whether it is of one of the few kinds that every client can show, and that no browser runs code from.
    public boolean isImage() {
        return IMAGES.contains(contentType);
    }
}
