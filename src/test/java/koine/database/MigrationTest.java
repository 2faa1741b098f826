package koine.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import koine.testing.TestDatabase;
import org.junit.jupiter.api.Test;

class MigrationTest {

    @Test
    void run_freshDatabase_leavesFlywaysHistory() {
        var database = TestDatabase.fresh();

        migration(database).run();

        database.execute("select version from flyway_schema_history");
    }

    @Test
    void run_databaseDoesNotExist_saysSoAtOnce() {
        var database = TestDatabase.fresh();
        TestDatabase.fresh().execute("drop database " + database.database());
        var start = Instant.now();

        assertThatExceptionOfType(DatabaseUnavailable.class)
                .isThrownBy(() -> migration(database).run())
                .withMessageContaining(database.jdbcUrl())
                .withMessageContaining("does not exist")
                .withMessageContaining("spring.r2dbc.url");
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void run_nobodyListens_triesAgainAndThenSaysSo() throws IOException {
        var start = Instant.now();

        assertThatExceptionOfType(DatabaseUnavailable.class)
                .isThrownBy(() -> new Migration(nobody(), Duration.ofMillis(500)).run())
                .withMessageContaining("refused");
        assertThat(Duration.between(start, Instant.now())).isGreaterThan(Duration.ofMillis(500));
    }

    private static JdbcTarget nobody() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return new JdbcTarget(
                    "jdbc:postgresql://localhost:%d/koine".formatted(socket.getLocalPort()), "u", "p", Map.of());
        }
    }

    private static Migration migration(TestDatabase database) {
        return new Migration(
                new JdbcTarget(database.jdbcUrl(), database.username(), database.password(), Map.of()),
                Duration.ofMinutes(1));
    }
}
