package koine.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The scripts in `src/test/node`, which drive the clients that people use. Those are installed once into
/// `target/node`, as the lock file there has them.
public final class Node {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Path SOURCE = Path.of("src/test/node");
    private static final Path INSTALLED = Path.of("target/node");
    private static final List<String> FILES = List.of("package.json", "package-lock.json", ".npmrc");

    private Node() {}

    /// Runs a script, and gives what it printed, an object for each line, by its `step`.
    public static JsonNode run(String script, String... arguments) throws IOException {
        install(script);
        var seen = JSON.createObjectNode();
        run(Stream.concat(Stream.of("node", script), Stream.of(arguments)).toArray(String[]::new))
                .lines()
                .map(JSON::readTree)
                .forEach(line -> seen.set(line.path("step").stringValue(), line));
        return seen;
    }

    private static synchronized void install(String script) throws IOException {
        Files.createDirectories(INSTALLED);
        Files.copy(SOURCE.resolve(script), INSTALLED.resolve(script), StandardCopyOption.REPLACE_EXISTING);
        if (isInstalled()) {
            return;
        }
        for (var file : FILES) {
            Files.copy(SOURCE.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        run(new String[] {"npm", "ci", "--prefer-offline"});
        Files.copy(SOURCE.resolve("package-lock.json"), marker(), StandardCopyOption.REPLACE_EXISTING);
    }

    private static boolean isInstalled() throws IOException {
        return Files.exists(marker()) && Files.mismatch(SOURCE.resolve("package-lock.json"), marker()) == -1;
    }

    /// A copy of what was installed last.
    private static Path marker() {
        return INSTALLED.resolve("installed.json");
    }

    /// What the command prints; its errors go to a file, and into the message if it fails.
    private static String run(String[] command) throws IOException {
        var output = Files.createTempFile(INSTALLED, "out", ".txt");
        var errors = Files.createTempFile(INSTALLED, "err", ".txt");
        var process = start(command, output, errors);
        try {
            var ended = process.waitFor(60, TimeUnit.SECONDS);
            assertThat(ended && process.exitValue() == 0)
                    .as(() -> String.join(" ", command) + "\n" + read(output) + read(errors))
                    .isTrue();
            return read(output);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            process.destroyForcibly();
            Files.delete(output);
            Files.delete(errors);
        }
    }

    private static Process start(String[] command, Path output, Path errors) {
        try {
            return new ProcessBuilder(command)
                    .directory(INSTALLED.toFile())
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
        } catch (IOException e) {
            throw new AssertionError(
                    "This test drives the Socket.IO clients that people use, and needs Node 18 or newer with npm on"
                            + " the PATH: " + command[0] + " can't be started",
                    e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
