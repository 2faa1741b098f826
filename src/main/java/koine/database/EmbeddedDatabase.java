package koine.database;

import io.r2dbc.spi.ConnectionFactoryOptions;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;

/// A real Postgres on this machine, reachable on the loopback interface only, as durable as an installed one: a
/// committed transaction survives a crash of the service, of Postgres and of the machine. It runs from [#start]
/// to [#close].
final class EmbeddedDatabase implements R2dbcConnectionDetails, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
    private static final String SUPERUSER = "postgres";
    private static final Duration START_LIMIT = Duration.ofMinutes(2); // recovery after a crash may be long
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private final DirectoryLock lock;
    private final Postmaster postmaster;
    private final EmbeddedPostgres postgres;

    private EmbeddedDatabase(DirectoryLock lock, Postmaster postmaster, EmbeddedPostgres postgres) {
        this.lock = lock;
        this.postmaster = postmaster;
        this.postgres = postgres;
    }

    /// Takes the data directory, ends what an earlier run left running there, makes the cluster if there is
    /// none or a half-made one, and returns when Postgres answers.
    ///
    /// Errors: [DatabaseUnavailable], in which case nothing is left running and the directory is free again.
    static EmbeddedDatabase start(Path dataDirectory) {
        var lock = DirectoryLock.take(dataDirectory);
        try {
            return start(dataDirectory, lock);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static EmbeddedDatabase start(Path dataDirectory, DirectoryLock lock) {
        var cluster = new Cluster(dataDirectory.resolve("postgres"));
        var postmaster = new Postmaster(cluster.directory());
        var log = dataDirectory.resolve("postgres.log");
        try {
            postmaster.stopLeftovers(STOP_LIMIT);
            cluster.removeIfHalfMade();
            Files.deleteIfExists(log);
            var postgres = postgres(cluster, log.toFile()).start();
            LOG.info("No spring.r2dbc.url is set: using an embedded Postgres, its data is in {}", cluster.directory());
            return new EmbeddedDatabase(lock, postmaster, postgres);
        } catch (DatabaseUnavailable e) {
            throw e;
        } catch (IOException | RuntimeException | ExceptionInInitializerError e) {
            throw notStarted(postmaster, log, e);
        }
    }

    private static DatabaseUnavailable notStarted(Postmaster postmaster, Path log, Throwable e) {
        var failure = new DatabaseUnavailable(
                "The embedded Postgres did not start (%s): its own log is %s; or set spring.r2dbc.url (environment SPRING_R2DBC_URL) to another Postgres."
                        .formatted(e, log),
                e);
        try {
            postmaster.stop(STOP_LIMIT);
        } catch (IOException | DatabaseUnavailable suppressed) {
            failure.addSuppressed(suppressed);
        }
        return failure;
    }

    /// The library is made for throw-away databases: it passes `-F` (no fsync) and synchronous_commit=off,
    /// which the later settings overrule. Postgres writes its log to a file of its own, because whatever it
    /// wrote to a pipe would be lost when the service is killed, and is of no interest as long as it starts.
    private static EmbeddedPostgres.Builder postgres(Cluster cluster, File log) {
        return EmbeddedPostgres.builder()
                .setDataDirectory(cluster.directory())
                .setCleanDataDirectory(false)
                .setDataDirectoryCustomizer(_ -> markComplete(cluster))
                .setRegisterShutdownHook(false)
                .setPGStartupWait(START_LIMIT)
                .setOutputRedirector(Redirect.appendTo(log))
                .setErrorRedirector(Redirect.appendTo(log))
                .setLocaleConfig("locale", "C")
                .setLocaleConfig("locale-provider", "builtin") // full Unicode upper and lower case on every machine
                .setLocaleConfig("builtin-locale", "C.UTF-8")
                .setServerConfig("listen_addresses", "localhost")
                .setServerConfig("unix_socket_directories", "''")
                .setServerConfig("max_connections", "100")
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("log_checkpoints", "off");
    }

    /// Called by the library between `initdb`, whose failure would have ended the start, and the server's
    /// start.
    private static void markComplete(Cluster cluster) {
        try {
            cluster.markComplete();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ConnectionFactoryOptions getConnectionFactoryOptions() {
        return ConnectionFactoryOptions.builder()
                .option(ConnectionFactoryOptions.DRIVER, "postgresql")
                .option(ConnectionFactoryOptions.HOST, "localhost")
                .option(ConnectionFactoryOptions.PORT, postgres.getPort())
                .option(ConnectionFactoryOptions.DATABASE, "postgres")
                .option(ConnectionFactoryOptions.USER, SUPERUSER)
                .build();
    }

    /// Stops Postgres and gives the directory back. The library waits five seconds for a fast shutdown; the
    /// final checkpoint of a busy database may take longer, and nobody else may have the directory before it is
    /// done.
    @Override
    public void close() throws IOException {
        try (lock) {
            postgres.close();
            postmaster.awaitEnd(STOP_LIMIT);
        }
    }
}
