package koine.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What is left of a run for people and for programs: a table on the terminal, a JSON file, and a page.
public final class Report {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Report() {}

    /// @param results what [Results] has collected
    /// @param out     a directory
    public static void write(Path results, Path out) throws IOException {
        var all = new Results(results).all();
        Files.createDirectories(out);
        Files.writeString(out.resolve("results.json"), JSON.writeValueAsString(all));
        System.out.println(Table.of(all));
    }
}
