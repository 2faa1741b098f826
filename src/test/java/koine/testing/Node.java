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

/// The scripts in `src/test/node`. The Socket.IO clients that people use, which most of them drive, are installed once
/// into `target/node`, as the lock file there has them.
public final class Node {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Path SOURCE = Path.of("src/test/node");
    private static final Path INSTALLED = Path.of("target/node");
    private static final List<String> FILES = List.of("package.json", "package-lock.json", ".npmrc");

    private Node() {}

    /// Runs a script that drives those clients, and gives what it printed, an object for each line, by its `step`.
    public static JsonNode run(String script, String... arguments) throws IOException {
        install();
        return print(script, Stream.concat(Stream.of("node", script), Stream.of(arguments)));
    }

    /// As [#run], of a script that takes nothing but Node itself, 20.10 or newer (older ones have no WebSocket), and
    /// the tools that such scripts share.
    public static JsonNode runAlone(String script, String... arguments) throws IOException {
        Files.createDirectories(INSTALLED);
        copy("console-tools.mjs");
        return print(
                script, Stream.concat(Stream.of("node", "--experimental-websocket", script), Stream.of(arguments)));
    }

    private static JsonNode print(String script, Stream<String> command) throws IOException {
        copy(script);
        var seen = JSON.createObjectNode();
        run(command.toArray(String[]::new))
                .lines()
                .map(JSON::readTree)
                .forEach(line -> seen.set(line.path("step").stringValue(), line));
        return seen;
    }

    /// Where a copy of an example's script stands that finds the clients under their own names.
    public static Path example(Path script) throws IOException {
        install();
        var copy = INSTALLED.resolve("examples").resolve(script.getFileName());
        Files.createDirectories(copy.resolveSibling("node_modules"));
        var client = copy.resolveSibling("node_modules").resolve("socket.io-client");
        if (!Files.exists(client)) {
            Files.createSymbolicLink(client, Path.of("../../node_modules/socket.io-client-4"));
        }
        return Files.copy(script, copy, StandardCopyOption.REPLACE_EXISTING);
    }

    private static synchronized void install() throws IOException {
        Files.createDirectories(INSTALLED);
        if (isInstalled()) {
            return;
        }
        for (var file : FILES) {
            copy(file);
        }
        run(new String[] {"npm", "ci", "--prefer-offline"});
        Files.copy(SOURCE.resolve("package-lock.json"), marker(), StandardCopyOption.REPLACE_EXISTING);
    }

    private static void copy(String file) throws IOException {
        Files.copy(SOURCE.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
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
                    "This test runs a script of src/test/node, and needs Node 20.10 or newer with npm on the PATH: "
                            + command[0] + " can't be started",
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
