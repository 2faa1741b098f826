package koine.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import koine.database.DataDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

class DiskMediaStoreTest implements MediaStoreContract {

    @TempDir
    private static Path data;

    private final MediaThreads threads = new MediaThreads(
            new MediaProperties(DataSize.ofMegabytes(1), 1_000, 1, 10, Duration.ofDays(1), Duration.ofHours(1)));

    @Override
    public MediaStore store() {
        return new DiskMediaStore(new MediaDirectory(new DataDirectory(data)), threads);
    }

    @AfterEach
    void endThreads() {
        threads.destroy();
    }

    @Test
    void keep_file_standsInTheDataDirectory() throws IOException {
        store().keep("abcdef0123", Files.writeString(data.resolve("new"), "x")).block();

        assertThat(data.resolve("media/files/ab/cd/abcdef0123")).hasContent("x");
    }
}
