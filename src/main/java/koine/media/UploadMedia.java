package koine.media;

import koine.kernel.AccountId;
import org.jspecify.annotations.Nullable;

/// A wish to store a file, unchecked. All but the owner is only what the client says of it.
///
/// @param fileName    null if it has no name
/// @param contentType helps where the contents do not tell; null for none
/// @param length      of the contents; negative if it is not known beforehand
public record UploadMedia(
        AccountId owner,
        @Nullable String fileName,
        @Nullable String contentType,
        long length) {}
