package koine.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// The right to use a data directory: one holder at a time. The operating system takes it back when the process
/// ends, however it ends.
record DirectoryLock(FileChannel file) implements AutoCloseable {

    /// Makes the directory if need be.
    ///
    /// Errors: [DatabaseUnavailable] if another process holds the directory, or it can't be written to.
    static DirectoryLock take(Path dataDirectory) {
        try {
            Files.createDirectories(dataDirectory);
            return locked(dataDirectory);
        } catch (IOException e) {
            throw new DatabaseUnavailable(
                    "The data directory %s can't be written to (%s): make it writable, or set koine.data-dir (environment KOINE_DATA_DIR) to another one, or spring.r2dbc.url (environment SPRING_R2DBC_URL) to a Postgres."
                            .formatted(dataDirectory, e),
                    e);
        }
    }

    private static DirectoryLock locked(Path dataDirectory) throws IOException {
        var file = FileChannel.open(
                dataDirectory.resolve("koine.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(file) == null) {
            file.close();
            throw new DatabaseUnavailable(
                    "The data directory %s is in use by another running Koine: stop that one, or set koine.data-dir (environment KOINE_DATA_DIR) to another directory."
                            .formatted(dataDirectory));
        }
        return new DirectoryLock(file);
    }

    private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException _) { // held by this very process
            return null;
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
