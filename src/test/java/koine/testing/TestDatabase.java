package koine.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.Environment;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.postgresql.PostgreSQLContainer;

/// A database of its own for whoever asks, in one real Postgres per test JVM: in a container when a Docker
/// engine answers, otherwise from the class path. As durable as in production, 300 connections, gone when the
/// JVM ends.
///
/// The records are the databases; [#fresh] makes one.
///
/// @param database the name, which no other database on this machine has: directories may be named after it
public record TestDatabase(String host, int port, String database, String username, String password) {

    private static final int CONNECTIONS = 300;
    private static final String IMAGE = "postgres:18";
    private static final String REAPER = "testcontainers/ryuk:0.14.0"; // the one Testcontainers 2.0.5 uses
    private static final String SUPERUSER = "postgres";

    /// Of the container. Nothing else has it in it, so that a test can look for it where it must not be.
    private static final String PASSWORD = "not-to-be-shown";

    private static final String PREFIX =
            "test_%d_".formatted(ProcessHandle.current().pid());
    private static final AtomicInteger COUNT = new AtomicInteger();

    /// A new and empty database: no migration has run in it.
    public static TestDatabase fresh() {
        var server = Server.INSTANCE;
        var database = server.withName(PREFIX + COUNT.incrementAndGet());
        server.execute("create database " + database.database());
        return database;
    }

    /// The database that a service with these settings uses.
    public static TestDatabase of(Environment settings) {
        var url = URI.create(settings.getRequiredProperty("spring.r2dbc.url").replace("r2dbc:", ""));
        return new TestDatabase(
                url.getHost(),
                url.getPort(),
                url.getPath().substring(1),
                settings.getRequiredProperty("spring.r2dbc.username"),
                settings.getProperty("spring.r2dbc.password", ""));
    }

    /// A connection of one's own.
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl(), username, password);
    }

    public String r2dbcUrl() {
        return "r2dbc:postgresql://%s:%d/%s".formatted(host, port, database);
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://%s:%d/%s".formatted(host, port, database);
    }

    /// The settings that make the service use this database, as `name=value`.
    public String[] properties() {
        return new String[] {
            "spring.r2dbc.url=" + r2dbcUrl(), "spring.r2dbc.username=" + username, "spring.r2dbc.password=" + password
        };
    }

    /// Runs one statement on a connection of its own.
    public void execute(String sql) {
        try (var connection = DriverManager.getConnection(jdbcUrl(), username, password);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private TestDatabase withName(String name) {
        return new TestDatabase(host, port, name, username, password);
    }

    /// Started with the first use.
    private static final class Server {

        private static final TestDatabase INSTANCE = dockerAnswers() ? inContainer() : embedded();

        /// Testcontainers waits for minutes for an image that can't be had, and is loud where there is no
        /// engine: it is only asked where the engine has the images or can get them.
        private static boolean dockerAnswers() {
            var reaper = Boolean.parseBoolean(System.getenv("TESTCONTAINERS_RYUK_DISABLED")) || hasImage(REAPER);
            return reaper && hasImage(IMAGE) && DockerClientFactory.instance().isDockerAvailable();
        }

        private static boolean hasImage(String image) {
            return succeeds("docker", "image", "inspect", image) || succeeds("docker", "pull", "--quiet", image);
        }

        private static boolean succeeds(String... command) {
            try {
                var process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
            } catch (IOException _) { // no docker command
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        /// The command replaces Testcontainers' own, which switches fsync off. Its reaper removes the
        /// container.
        @SuppressWarnings("resource")
        private static TestDatabase inContainer() {
            var container = new PostgreSQLContainer(IMAGE)
                    .withUsername(SUPERUSER)
                    .withPassword(PASSWORD)
                    .withCommand("postgres", "-c", "max_connections=" + CONNECTIONS)
                    .waitingFor(Wait.forSuccessfulCommand("pg_isready -h 127.0.0.1 -U " + SUPERUSER));
            container.start();
            return new TestDatabase(
                    container.getHost(),
                    container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
                    container.getDatabaseName(),
                    container.getUsername(),
                    container.getPassword());
        }

        private static TestDatabase embedded() {
            try {
                var postgres = durable(EmbeddedPostgres.builder()).start();
                SpringApplication.getShutdownHandlers().add(() -> close(postgres)); // after the contexts that use it
                return new TestDatabase("localhost", postgres.getPort(), SUPERUSER, SUPERUSER, "");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static EmbeddedPostgres.Builder durable(EmbeddedPostgres.Builder builder) {
            return builder.setRegisterShutdownHook(false)
                    .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                    .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
                    .setLocaleConfig("locale", "C")
                    .setLocaleConfig("locale-provider", "builtin")
                    .setLocaleConfig("builtin-locale", "C.UTF-8")
                    .setServerConfig("max_connections", Integer.toString(CONNECTIONS))
                    .setServerConfig("unix_socket_directories", "''")
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on");
        }

        private static void close(EmbeddedPostgres postgres) {
            try {
                postgres.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
