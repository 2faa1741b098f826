package koine.durability;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import koine.kernel.AccountId;
import koine.testing.TestDatabase;
import org.springframework.core.env.Environment;

/// A connection of the test's own to the service's database, around the service. Each statement is a
/// transaction unless [#begin] was called.
public final class Sql implements AutoCloseable {

    private final Connection connection;

    private Sql(Connection connection) {
        this.connection = connection;
    }

    public static Sql connect(TestDatabase database) {
        return connect(database.jdbcUrl(), database.username(), database.password());
    }

    public static Sql connect(String jdbcUrl, String username, String password) {
        return new Sql(get(() -> DriverManager.getConnection(jdbcUrl, username, password)));
    }

    /// To the database that the application context uses.
    public static Sql connect(Environment environment) {
        return connect(
                environment.getRequiredProperty("spring.r2dbc.url").replaceFirst("^r2dbc:", "jdbc:"),
                environment.getRequiredProperty("spring.r2dbc.username"),
                environment.getProperty("spring.r2dbc.password", ""));
    }

    public void begin() {
        get(() -> {
            connection.setAutoCommit(false);
            return true;
        });
    }

    public void commit() {
        get(() -> {
            connection.commit();
            connection.setAutoCommit(true);
            return true;
        });
    }

    public void execute(String sql, Object... arguments) {
        get(() -> {
            try (var statement = prepared(sql, arguments)) {
                return statement.execute();
            }
        });
    }

    /// The first column of the only row.
    public long number(String sql, Object... arguments) {
        return rows(sql, arguments, row -> row.getLong(1)).getFirst();
    }

    /// The first column of every row.
    public List<Long> numbers(String sql, Object... arguments) {
        return rows(sql, arguments, row -> row.getLong(1));
    }

    /// The second column of every row by the first, which no two rows have in common.
    public Map<String, Long> numbersByText(String sql, Object... arguments) {
        return rows(sql, arguments, row -> Map.entry(row.getString(1), row.getLong(2))).stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /// The first column of every row.
    public List<String> texts(String sql, Object... arguments) {
        return rows(sql, arguments, row -> row.getString(1));
    }

    /// Ends all other connections to this database; gives their number.
    public int killOthers() {
        return texts("""
                select pg_terminate_backend(pid)
                from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid()
                """).size();
    }

    /// A new account, without a password and so without the time that hashing takes.
    public AccountId account(String name) {
        return new AccountId(number("""
                insert into account (username, username_key, password_hash)
                values (?, gen_random_uuid(), '')
                returning id
                """, name));
    }

    /// How many connections to this database wait for a lock.
    public long waitingForALock() {
        return number("""
                select count(*)
                from pg_stat_activity
                where datname = current_database() and wait_event_type = 'Lock'
                """);
    }

    @Override
    public void close() {
        get(() -> {
            connection.close();
            return true;
        });
    }

    private interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    private <T> List<T> rows(String sql, Object[] arguments, Row<T> reader) {
        return get(() -> {
            try (var statement = prepared(sql, arguments);
                    var rows = statement.executeQuery()) {
                var read = new ArrayList<T>();
                while (rows.next()) {
                    read.add(reader.read(rows));
                }
                return read;
            }
        });
    }

    private PreparedStatement prepared(String sql, Object... arguments) throws SQLException {
        var statement = connection.prepareStatement(sql);
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
        return statement;
    }

    private static <T> T get(Callable<T> work) {
        try {
            return work.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
