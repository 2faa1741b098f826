package koine.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedDatabaseTest {

    @TempDir
    private Path data;

    @Test
    void start_newDirectory_isDurableAndUnicode() throws Exception {
        try (var database = EmbeddedDatabase.start(data);
                var connection = connect(database)) {
            assertThat(one(connection, "show fsync")).isEqualTo("on");
            assertThat(one(connection, "show synchronous_commit")).isEqualTo("on");
            assertThat(one(connection, "show full_page_writes")).isEqualTo("on");
            assertThat(one(connection, "show listen_addresses")).isEqualTo("localhost");
            assertThat(one(connection, "show max_connections")).isEqualTo("100");
            assertThat(one(connection, "show server_encoding")).isEqualTo("UTF8");
            assertThat(one(connection, "select lower('ÄÉЖ')")).isEqualTo("äéж");
        }
    }

    @Test
    void start_afterCleanClose_findsTheData() throws Exception {
        try (var database = EmbeddedDatabase.start(data);
                var connection = connect(database)) {
            execute(connection, "create table kept as select 'here' as what");
        }

        try (var database = EmbeddedDatabase.start(data);
                var connection = connect(database)) {
            assertThat(one(connection, "select what from kept")).isEqualTo("here");
        }
        assertThat(data.resolve("postgres/postmaster.pid")).doesNotExist();
    }

    @Test
    void start_initdbWasCutOff_makesTheClusterAnew() throws Exception {
        var cluster = Files.createDirectories(data.resolve("postgres"));
        Files.writeString(cluster.resolve("postgresql.conf"), "# half-made");
        Files.writeString(cluster.resolve("PG_VERSION"), "18");

        try (var database = EmbeddedDatabase.start(data);
                var connection = connect(database)) {
            assertThat(one(connection, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void start_completeClusterThatDoesNotStart_saysSoAndKeepsIt() throws IOException {
        var cluster = new Cluster(Files.createDirectories(data.resolve("postgres")));
        cluster.markComplete();
        Files.writeString(cluster.directory().resolve("precious"), "data");

        assertThatExceptionOfType(DatabaseUnavailable.class)
                .isThrownBy(() -> EmbeddedDatabase.start(data))
                .withMessageContaining("spring.r2dbc.url")
                .withMessageContaining("postgres.log");

        assertThat(cluster.directory().resolve("precious")).hasContent("data");
    }

    @Test
    void start_pidOfAStranger_leavesTheStrangerAlone() throws Exception {
        EmbeddedDatabase.start(data).close();
        Files.writeString(
                data.resolve("postgres/postmaster.pid"), ProcessHandle.current().pid() + "\n");

        try (var database = EmbeddedDatabase.start(data);
                var connection = connect(database)) {
            assertThat(one(connection, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void start_directoryInUse_saysSo() throws Exception {
        try (var lock = DirectoryLock.take(data)) {
            assertThat(lock.file().isOpen()).isTrue();
            assertThatExceptionOfType(DatabaseUnavailable.class)
                    .isThrownBy(() -> EmbeddedDatabase.start(data))
                    .withMessageContaining("in use by another running Koine")
                    .withMessageContaining("koine.data-dir");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "file/below"})
    void start_directoryCannotBeMade_saysSo(String path) throws IOException {
        Files.writeString(data.resolve("file"), "no directory");

        assertThatExceptionOfType(DatabaseUnavailable.class)
                .isThrownBy(() -> EmbeddedDatabase.start(data.resolve(path)))
                .withMessageContaining("can't be written to")
                .withMessageContaining("KOINE_DATA_DIR");
    }

    private static Connection connect(EmbeddedDatabase database) throws SQLException {
        var target = JdbcTarget.of(database.getConnectionFactoryOptions());
        return DriverManager.getConnection(target.url(), target.user(), target.password());
    }

    private static String one(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
