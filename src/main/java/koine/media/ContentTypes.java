package koine.media;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MimeType;
import org.apache.tika.mime.MimeTypeException;
import org.apache.tika.mime.MimeTypes;
import org.jspecify.annotations.Nullable;

/// Finds out what a file is. Its first bytes decide; its name and what the client says only help to tell apart
/// what begins alike (a document and the archive that it is), and never make an image of it.
final class ContentTypes {

    private ContentTypes() {}

    /// The tables are read when they are first needed, which takes some tenths of a second.
    private static final class Known {

        static final MimeTypes TYPES = MimeTypes.getDefaultMimeTypes();
    }

    /// @param declared by the client; null for nothing
    static String of(Path file, String fileName, @Nullable String declared) throws IOException {
        var byContents = detect(file, new Metadata());
        var hints = new Metadata();
        hints.set(TikaCoreProperties.RESOURCE_NAME_KEY, fileName);
        if (declared != null && isKnown(declared)) {
            hints.set(Metadata.CONTENT_TYPE, declared);
        }
        var withHints = detect(file, hints);
        return withHints.startsWith("image/") ? byContents : withHints;
    }

    private static String detect(Path file, Metadata hints) throws IOException {
        try (var in = new BufferedInputStream(Files.newInputStream(file))) {
            return Known.TYPES.detect(in, hints).getBaseType().toString().toLowerCase(Locale.ROOT);
        }
    }

    /// Types that are not known must not be asked for otherwise: they would be remembered for ever.
    private static boolean isKnown(String type) {
        try {
            MimeType known = Known.TYPES.getRegisteredMimeType(type);
            return known != null;
        } catch (MimeTypeException _) {
            return false;
        }
    }
}
