package koine.media;

import java.nio.file.Path;
import koine.database.DataDirectory;
import org.springframework.stereotype.Component;

/// Where files are on this machine. What is being received stands on the same volume as what is kept, so that
/// taking it over is a rename.
@Component
class MediaDirectory {

    private final Path root;

    MediaDirectory(DataDirectory data) {
        this.root = data.dataDir().resolve("media");
    }

    /// What is being received.
    Path staging() {
        return root.resolve("staging");
    }

    /// What is kept.
    Path files() {
        return root.resolve("files");
    }
}
