package koine.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;

/// The machine on which it was measured, in a line.
final class Host {

    private Host() {}

    static String describe() throws IOException {
        return "%s, %d processors (%s), %d GiB, Linux %s, Java %s"
                .formatted(
                        LocalDate.now(),
                        Runtime.getRuntime().availableProcessors(),
                        value("/proc/cpuinfo", "model name"),
                        Long.parseLong(value("/proc/meminfo", "MemTotal").split(" ")[0]) >> 20,
                        System.getProperty("os.version"),
                        Runtime.version().feature());
    }

    private static String value(String file, String key) throws IOException {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse("unknown");
        }
    }
}
