package koine.protocol;

import koine.log.Attachment;
import org.jspecify.annotations.Nullable;

/// A file in the native protocol.
///
/// @param url          a path at this service, like the thumbnail's
/// @param thumbnailUrl null for one without a thumbnail
public record MediaView(
        long id,
        String fileName,
        String contentType,
        long size,
        String url,
        @Nullable String thumbnailUrl) {

    public static MediaView of(Attachment file) {
        var url = "/media/" + file.id().value();
        return new MediaView(
                file.id().value(),
                file.fileName(),
                file.contentType(),
                file.size(),
                url,
                file.thumbnail() ? url + "/thumbnail" : null);
    }
}
