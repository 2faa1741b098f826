package koine.media;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;
import reactor.core.publisher.Mono;

/// Directories in which uploads are received and worked on, one for each. What is in them is of no worth once
/// the upload has come to its end.
@Component
class Staging {

    private final Path root;
    private final MediaThreads threads;

    Staging(MediaDirectory directory, MediaThreads threads) {
        this.root = directory.staging();
        this.threads = threads;
    }

    /// A new, empty one.
    Mono<Path> directory() {
        return threads.onDisk(() -> Files.createTempDirectory(Files.createDirectories(root), "upload"));
    }

    Mono<Void> remove(Path directory) {
        return threads.doOnDisk(() -> FileSystemUtils.deleteRecursively(directory));
    }

    /// Removes what servers have left that were killed: what was last touched before the time. Another server
    /// on the same volume may be receiving into what is newer. Gives how many directories that were.
    Mono<Integer> removeLeftovers(Instant before) {
        return threads.onDisk(() -> {
            var leftovers = leftovers(before);
            for (var directory : leftovers) {
                FileSystemUtils.deleteRecursively(directory);
            }
            return leftovers.size();
        });
    }

    private List<Path> leftovers(Instant before) throws IOException {
        try (Stream<Path> directories = Files.list(Files.createDirectories(root))) {
            return directories.filter(directory -> isOlder(directory, before)).toList();
        }
    }

    private static boolean isOlder(Path directory, Instant before) {
        try {
            return Files.getLastModifiedTime(directory).toInstant().isBefore(before);
        } catch (NoSuchFileException _) {
            return false; // its upload has just come to its end
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
