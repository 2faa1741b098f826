package koine.protocol.matcha.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// The clients that people use, in Node: `src/test/node`. They are installed once into `target/node`, as the lock
/// file there has them.
class NodeClientsTest {

    private static final Path SOURCE = Path.of("src/test/node");
    private static final Path INSTALLED = Path.of("target/node");
    private static final List<String> FILES = List.of("package.json", "package-lock.json", ".npmrc");

    private static EchoServer server;

    @BeforeAll
    static void start() throws IOException {
        install();
        server = EchoServer.patient();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                4 | websocket         | websocket
                4 | polling           | polling
                4 | polling,websocket | websocket
                2 | websocket         | websocket
                2 | polling           | polling
                2 | polling,websocket | websocket
                """)
    void client_eachVersionAndTransport_doesAllItCan(int version, String transports, String inUse) throws IOException {
        var seen = run(version, transports);

        assertThat(seen.path("connected").path("auth")).hasToString("[{\"token\":\"t\"}]");
        assertThat(seen.path("connected").path("id").stringValue()).isNotEmpty();
        assertThat(seen.path("transport").path("name").stringValue()).isEqualTo(inUse);
        assertThat(seen.path("ack").path("answer").path(0).intValue()).isEqualTo(1);
        assertThat(seen.path("texts").path("same").booleanValue()).isTrue();
        assertThat(seen.path("large").path("same").booleanValue()).isTrue();
        assertThat(seen.path("answered").path("answer")).hasToString("[\"because why\"]");
        assertThat(seen.path("numbers").path("inOrder").booleanValue()).isTrue();
        assertThat(seen.path("binary").path("error").path("event").stringValue())
                .isEqualTo("message");
        assertThat(seen.path("binary").path("still")).hasToString("[\"here\"]");
        assertThat(seen.path("reconnected").path("answer")).hasToString("[\"again\"]");
        assertThat(seen.path("kicked").path("reason").stringValue()).isEqualTo("io server disconnect");
        assertThat(seen.path("refused").path("error").stringValue()).isEqualTo("Not authorized");
    }

    private static JsonNode run(int version, String transports) throws IOException {
        var output = run(
                "node",
                "clients.js",
                Integer.toString(version),
                transports,
                "http://localhost:" + server.port() + "/api/socket",
                "/socket.io/");
        var seen = EchoServer.JSON.createObjectNode();
        output.lines()
                .map(EchoServer.JSON::readTree)
                .forEach(line -> seen.set(line.path("step").stringValue(), line));
        return seen;
    }

    private static void install() throws IOException {
        Files.createDirectories(INSTALLED);
        Files.copy(SOURCE.resolve("clients.js"), INSTALLED.resolve("clients.js"), StandardCopyOption.REPLACE_EXISTING);
        if (isInstalled()) {
            return;
        }
        for (var file : FILES) {
            Files.copy(SOURCE.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        run("npm", "ci", "--prefer-offline");
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
    private static String run(String... command) throws IOException {
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
