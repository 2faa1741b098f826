package koine.database;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.springframework.util.FileSystemUtils;

/// The directory in which Postgres keeps its data. A marker file tells a whole cluster from one whose making
/// was cut off: it is written, durably, once `initdb` has succeeded.
record Cluster(Path directory) {

    boolean isComplete() {
        return Files.exists(marker());
    }

    void markComplete() throws IOException {
        Files.writeString(marker(), "made by Koine; without this file the directory is taken for half-made\n");
        force(marker(), StandardOpenOption.WRITE);
        force(directory, StandardOpenOption.READ);
    }

    /// Removes what a cut-off `initdb` left. Never touches a complete cluster.
    void removeIfHalfMade() throws IOException {
        if (!isComplete()) {
            FileSystemUtils.deleteRecursively(directory);
        }
    }

    private Path marker() {
        return directory.resolve("koine.complete");
    }

    private static void force(Path path, StandardOpenOption mode) throws IOException {
        try (var file = FileChannel.open(path, mode)) {
            file.force(true);
        }
    }
}
