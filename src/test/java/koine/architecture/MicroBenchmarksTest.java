package koine.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The micro-benchmarks are a project of their own, but they measure insides of the service: who changes those is told
/// here, and not by whoever measures next.
class MicroBenchmarksTest {

    private static final Path SOURCES = Path.of("bench/micro/src/main/java");

    @TempDir
    private Path classes;

    @Test
    void benchmarks_compileAgainstTheService() throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var problems = new DiagnosticCollector<JavaFileObject>();
        try (var sources = Files.walk(SOURCES);
                var files = compiler.getStandardFileManager(problems, Locale.ROOT, StandardCharsets.UTF_8)) {
            var all = sources.filter(path -> path.toString().endsWith(".java")).toList();
            var options = List.of("-proc:none", "-nowarn", "-d", classes.toString());

            assertThat(all).hasSizeGreaterThan(2);
            compiler.getTask(null, files, problems, options, null, files.getJavaFileObjectsFromPaths(all))
                    .call();
        }

        assertThat(problems.getDiagnostics())
                .filteredOn(problem -> problem.getKind() == Diagnostic.Kind.ERROR)
                .isEmpty();
    }
}
