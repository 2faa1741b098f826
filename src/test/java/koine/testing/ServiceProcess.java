package koine.testing;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/// The real service in a JVM of its own, as it stands on this JVM's class path, without the test classes. It
/// sees none of the environment variables that configure Spring or Koine.
///
/// Closing it leaves nothing behind: neither the service nor the embedded Postgres that a killed one leaves
/// running.
public final class ServiceProcess implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int TAIL = 60;

    private final Process process;
    private final Path dataDirectory;
    private final Path log;
    private final int port;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private ServiceProcess(Process process, Path dataDirectory, Path log, int port) {
        this.process = process;
        this.dataDirectory = dataDirectory;
        this.log = log;
        this.port = port;
    }

    /// Starts the service and returns when `/actuator/health` answers that it is up.
    ///
    /// @param properties further settings, as `name=value`; the port and the data directory are set already
    /// @throws AssertionError with the end of the log, if the service ends or is not up in time
    public static ServiceProcess start(Path dataDirectory, String... properties) {
        return up(launch(dataDirectory, properties));
    }

    /// As [#start], at the port and with the data of one that has ended: to clients the same service, restarted.
    public static ServiceProcess startInPlaceOf(ServiceProcess ended, String... properties) {
        return up(launch(classPath(), ended.dataDirectory, ended.port, properties));
    }

    private static ServiceProcess up(ServiceProcess service) {
        try {
            service.awaitUp();
            return service;
        } catch (AssertionError e) {
            service.close();
            throw e;
        }
    }

    /// Starts the service and returns at once: for a start that is meant to fail, or to be cut off.
    public static ServiceProcess launch(Path dataDirectory, String... properties) {
        return launch(classPath(), dataDirectory, freePort(), properties);
    }

    /// As [#launch(Path, String...)], without the libraries whose file name starts with the given text.
    public static ServiceProcess launchWithout(String library, Path dataDirectory, String... properties) {
        var classPath = classPath().stream()
                .filter(entry -> !Path.of(entry).getFileName().toString().startsWith(library))
                .toList();
        return launch(classPath, dataDirectory, freePort(), properties);
    }

    private static ServiceProcess launch(List<String> classPath, Path dataDirectory, int port, String... properties) {
        try {
            var log = Files.createTempFile(Files.createDirectories(Path.of("target", "service")), "service-", ".log");
            var builder = new ProcessBuilder(command(classPath, dataDirectory, port, properties))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment()
                    .keySet()
                    .removeIf(name -> name.matches("(SPRING|KOINE|SERVER|MANAGEMENT|LOGGING)_.*"));
            return new ServiceProcess(builder.start(), dataDirectory, log, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> command(List<String> classPath, Path dataDirectory, int port, String... properties) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                String.join(File.pathSeparator, classPath),
                "koine.Koine",
                "--server.port=" + port,
                "--koine.data-dir=" + dataDirectory));
        if (Stream.of(properties).noneMatch(property -> property.startsWith("management.server.port="))) {
            command.add("--management.server.port=-1");
        }
        Stream.of(properties).map(property -> "--" + property).forEach(command::add);
        return command;
    }

    /// Surefire may start the test JVM with a jar whose manifest holds the class path, and says the real one
    /// apart.
    private static List<String> classPath() {
        var classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Stream.of(classPath.split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).endsWith("test-classes"))
                .toList();
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    /// Ends without a slash.
    public String baseUrl() {
        return "http://localhost:" + port;
    }

    /// Everything the service has printed so far.
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Returns when `/actuator/health` answers that the service is up.
    ///
    /// @throws AssertionError with the end of the log, if the service ends or is not up in time
    public void awaitUp() {
        try {
            await().atMost(LIMIT)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(50))
                    .until(this::isUpOrEnded);
        } catch (ConditionTimeoutException e) {
            throw failure("is not up after " + LIMIT, e);
        }
        if (!process.isAlive()) {
            throw failure("ended with " + process.exitValue(), null);
        }
    }

    /// Returns the exit code, which is not 0 if the service could not start, when the service has ended by
    /// itself.
    ///
    /// @throws AssertionError with the end of the log, if it has not ended in time
    public int awaitExit() {
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw failure("has not ended after " + LIMIT, null);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("was waited for by an interrupted thread", e);
        }
    }

    /// SIGKILL: returns when the process is gone. An embedded Postgres goes on running.
    public void killHard() {
        process.destroyForcibly();
        awaitExit();
    }

    /// SIGTERM: returns the exit code when the process is gone.
    public int terminate() {
        process.destroy();
        return awaitExit();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            killHard();
        }
        embeddedPostgres().ifPresent(ServiceProcess::end);
        var secrets = SecretWatch.secretsIn(log());
        if (!secrets.isEmpty()) {
            throw failure("has logged secrets: " + secrets, null);
        }
    }

    /// The server of the data directory, which runs on when the service was killed.
    public Optional<ProcessHandle> embeddedPostgres() {
        var pidFile = dataDirectory.resolve("postgres").resolve("postmaster.pid");
        try {
            return Files.exists(pidFile)
                    ? ProcessHandle.of(Long.parseLong(
                            Files.readAllLines(pidFile).getFirst().strip()))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void end(ProcessHandle postgres) {
        postgres.destroy(); // nobody is connected any more, so that this is as good as a fast shutdown
        postgres.onExit().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }

    private boolean isUpOrEnded() throws InterruptedException {
        return !process.isAlive() || isUp();
    }

    private boolean isUp() throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(baseUrl() + "/actuator/health"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            var answer = http.send(request, BodyHandlers.ofString());
            return answer.statusCode() == 200 && answer.body().contains("\"UP\"");
        } catch (IOException _) { // not listening yet
            return false;
        }
    }

    private AssertionError failure(String what, @Nullable Throwable cause) {
        var lines = log().lines().toList();
        var tail = lines.stream().skip(Math.max(0, lines.size() - TAIL)).collect(Collectors.joining("\n"));
        return new AssertionError("The service %s:%n%s".formatted(what, tail), cause);
    }
}
