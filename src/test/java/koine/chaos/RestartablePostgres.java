package koine.chaos;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/// A Postgres that may be ended at any time and comes back with its data on the same port. As durable as in
/// production.
final class RestartablePostgres implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String SUPERUSER = "postgres";

    private final Path directory;
    private EmbeddedPostgres running;
    private final int port;

    RestartablePostgres(Path directory) {
        // it complains when what is to be closed has crashed before
        LoggingSystem.get(getClass().getClassLoader()).setLogLevel("io.zonky.test", LogLevel.OFF);
        this.directory = directory;
        this.running = start(0);
        this.port = running.getPort();
    }

    /// The settings that make the service use this database, as `name=value`.
    String[] properties() {
        return new String[] {
            "spring.r2dbc.url=r2dbc:postgresql://localhost:%d/postgres".formatted(port),
            "spring.r2dbc.username=" + SUPERUSER,
            "spring.r2dbc.password="
        };
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://localhost:%d/postgres".formatted(port), SUPERUSER, "");
    }

    /// Ends Postgres in good order (clients are cut off, what they had not committed is undone) and starts it.
    void restartFast() {
        close();
        running = start(port);
    }

    /// Ends Postgres as by a crash and starts it: it recovers from its write-ahead log.
    void restartAfterCrash() {
        crash();
        restartFast();
    }

    @Override
    public void close() {
        try {
            running.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// An immediate shutdown. Killing the postmaster would leave its children behind.
    private void crash() {
        try {
            var pid = Files.readAllLines(directory.resolve("postmaster.pid"))
                    .getFirst()
                    .strip();
            var postmaster = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
            new ProcessBuilder("kill", "-QUIT", pid).start();
            postmaster.onExit().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private EmbeddedPostgres start(int port) {
        try {
            return EmbeddedPostgres.builder()
                    .setPort(port)
                    .setDataDirectory(directory)
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false)
                    .setPGStartupWait(LIMIT)
                    .setOutputRedirector(Redirect.DISCARD)
                    .setErrorRedirector(Redirect.DISCARD)
                    .setLocaleConfig("locale", "C")
                    .setLocaleConfig("locale-provider", "builtin")
                    .setLocaleConfig("builtin-locale", "C.UTF-8")
                    .setServerConfig("listen_addresses", "localhost")
                    .setServerConfig("unix_socket_directories", "''")
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
