package koine.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import koine.testing.KoineTest;
import koine.testing.Node;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/// Every example client, run against the service: it is given the server's address as its one argument, and ends well
/// if it saw what it should. Those are the files below `examples` that end on `.mjs` or `.py`, and the `index.js`
/// of each that has packages of its own; what they only share has a name that begins with `_`.
@KoineTest
class ExamplesTest {

    private static final Path EXAMPLES = Path.of("examples");

    /// Run beside the packages that are installed for the suite.
    private static final String WITH_PACKAGES = "index.js";

    @LocalServerPort
    private int port;

    @TempDir
    private Path directory;

    static List<String> examples() {
        try (Stream<Path> files = Files.walk(EXAMPLES)) {
            return files.filter(file -> isExample(file.getFileName().toString()))
                    .map(file -> EXAMPLES.relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void examples_ofEachKind_areFound() {
        assertThat(examples()).contains("native.mjs", "pymessage.mjs", "uchat.mjs", "matcha/index.js");
    }

    @ParameterizedTest
    @MethodSource("examples")
    void example_run_seesWhatItShould(String example) throws IOException, InterruptedException {
        var output = directory.resolve("output.txt");
        var running = new ProcessBuilder(
                        command(script(EXAMPLES.resolve(example)).toString()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            var ended = running.waitFor(30, TimeUnit.SECONDS);
            assertThat(ended && running.exitValue() == 0)
                    .as(() -> example + "\n" + read(output))
                    .isTrue();
        } finally {
            running.destroyForcibly();
        }
    }

    private static boolean isExample(String name) {
        return !name.startsWith("_") && (name.endsWith(".mjs") || name.endsWith(".py") || name.equals(WITH_PACKAGES));
    }

    private static Path script(Path example) throws IOException {
        return example.endsWith(WITH_PACKAGES) ? Node.example(example) : example;
    }

    /// Node has a WebSocket of its own from version 22 on, and version 20 if it is asked for it.
    private List<String> command(String file) {
        var server = "http://localhost:" + port;
        return file.endsWith(".py")
                ? List.of("python3", file, server)
                : List.of("node", "--experimental-websocket", file, server);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
