package koine.bench.client;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

/// The server's own PostgreSQL, for putting people and chats there without the cost of a password for each.
public final class Database {

    private final String url;

    /// @param url for JDBC, with user and password
    public Database(String url) {
        this.url = url;
    }

    public interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    /// A connection of one's own, to be closed.
    public Connection open() throws SQLException {
        return DriverManager.getConnection(url);
    }

    /// Does the work in one transaction.
    public <T> T transact(Work<T> work) {
        try (var connection = DriverManager.getConnection(url)) {
            connection.setAutoCommit(false);
            T done = work.in(connection);
            connection.commit();
            return done;
        } catch (SQLException e) {
            throw new IllegalStateException("the database refused: " + e.getMessage(), e);
        }
    }

    /// Statements one after the other, each a transaction.
    public void run(List<String> statements) {
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the database refused: " + e.getMessage(), e);
        }
    }
}
