package koine.bench.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/// A file of results, one JSON object a line, to which several processes add one after the other.
public final class Results {

    private static final JsonMapper JSON = new JsonMapper();

    private final Path file;

    public Results(Path file) {
        this.file = file;
    }

    public void add(Result result) {
        try {
            Files.writeString(
                    file, JSON.writeValueAsString(result) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Result> all() throws IOException {
        try (var lines = Files.lines(file)) {
            return lines.map(line -> JSON.readValue(line, Result.class)).toList();
        }
    }
}
