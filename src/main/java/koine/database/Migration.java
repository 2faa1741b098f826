package koine.database;

import java.sql.SQLException;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings the tables up to date. Several replicas may do so at once: Flyway lets one work and the others wait.
class Migration {

    private static final Logger LOG = LoggerFactory.getLogger(Migration.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final JdbcTarget target;
    private final Duration patience;

    /// @param patience how long a database that can't be reached yet is waited for
    Migration(JdbcTarget target, Duration patience) {
        this.target = target;
        this.patience = patience;
    }

    /// Returns when every migration has been applied.
    ///
    /// Errors: [DatabaseUnavailable] if the database did not let us in (at once when it refused the user
    /// or does not exist, after the patience when it could not be reached); `FlywayException` if a
    /// migration failed.
    void run() {
        var deadline = System.nanoTime() + patience.toNanos();
        while (!migrated(deadline)) {
            pause();
        }
    }

    /// @return false if the database could not be reached and there is time to try again
    private boolean migrated(long deadline) {
        try {
            flyway().migrate();
            return true;
        } catch (FlywayException e) {
            var state = sqlState(e);
            if (!isUnreachable(state) && !isRefused(state)) {
                throw e;
            }
            if (isRefused(state) || System.nanoTime() - deadline > 0) {
                throw unavailable(e);
            }
            LOG.warn("The database at {} can't be reached yet, trying again", target.url());
            return false;
        }
    }

    private Flyway flyway() {
        return Flyway.configure()
                .dataSource(target.url(), target.user(), target.password())
                .jdbcProperties(target.properties())
                .locations("classpath:db/migration")
                .validateMigrationNaming(true)
                .load();
    }

    private DatabaseUnavailable unavailable(FlywayException e) {
        return new DatabaseUnavailable(
                "The database at %s can't be used (%s): check spring.r2dbc.url, spring.r2dbc.username and spring.r2dbc.password."
                        .formatted(target.url(), reason(e)),
                e);
    }

    /// The first line of what the driver said.
    private static String reason(FlywayException e) {
        var sql = sqlException(e);
        var message = sql == null || sql.getMessage() == null ? e.toString() : sql.getMessage();
        return message.lines().findFirst().orElse("no reason given");
    }

    /// Class 08: no connection; 57P03: starting up or shutting down; 53300: no connection free.
    private static boolean isUnreachable(String state) {
        return state.startsWith("08") || state.equals("57P03") || state.equals("53300");
    }

    /// Class 28: wrong user or password; 3D000: no such database.
    private static boolean isRefused(String state) {
        return state.startsWith("28") || state.equals("3D000");
    }

    private static String sqlState(FlywayException e) {
        var sql = sqlException(e);
        return sql == null || sql.getSQLState() == null ? "" : sql.getSQLState();
    }

    private static @Nullable SQLException sqlException(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatabaseUnavailable("Interrupted while waiting for the database.", e);
        }
    }
}
