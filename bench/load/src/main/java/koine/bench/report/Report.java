package koine.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What is left of a run for people and for programs: a table on the terminal, a JSON file, and a page.
public final class Report {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Report() {}

    private record Run(String machine, List<Result> results) {}

    /// @param results what [Results] has collected
    /// @param out     a directory
    public static void write(Path results, Path out) throws IOException {
        var run = new Run(Host.describe(), new Results(results).all());
        var json = JSON.writeValueAsString(run);
        Files.createDirectories(out);
        Files.writeString(out.resolve("results.json"), json);
        Files.writeString(out.resolve("report.html"), Page.of(json));
        System.out.println(run.machine() + "\n\n" + Table.of(run.results()));
    }
}
