package koine.queries;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Objects;
import java.util.regex.Pattern;
import koine.testing.TestDatabase;
import org.flywaydb.core.Flyway;

/// A database of its own with as much in it as `seed.sql` says.
final class SeededDatabase {

    private static final int MESSAGES = Integer.getInteger("koine.queries.messages", 1_000_000);

    private static final Pattern END = Pattern.compile(";\\s*(--.*)?\n");

    private SeededDatabase() {}

    static Connection connect() throws SQLException, IOException {
        var connection = connectEmpty();
        try (var statement = connection.createStatement()) {
            for (var each : END.split(seed(), -1)) {
                statement.execute(each);
            }
        }
        return connection;
    }

    /// One with the tables and nothing in them.
    static Connection connectEmpty() throws SQLException {
        var database = TestDatabase.fresh();
        Flyway.configure()
                .dataSource(database.jdbcUrl(), database.username(), database.password())
                .load()
                .migrate();
        return connect(database);
    }

    /// One that leaves parameters in a statement alone.
    private static Connection connect(TestDatabase database) throws SQLException {
        return DriverManager.getConnection(
                database.jdbcUrl() + "?preferQueryMode=simple", database.username(), database.password());
    }

    private static String seed() throws IOException {
        try (var text = Objects.requireNonNull(SeededDatabase.class.getResourceAsStream("seed.sql"))) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8)
                    .replace(":messages", Integer.toString(MESSAGES));
        }
    }
}
