package koine.bench.limit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;

/// The database: one connection for the writer, and one for looking up who is in which chat.
final class Store {

    private final Connection writing;
    private final Connection reading;
    private final PreparedStatement store;
    private final PreparedStatement chats;

    Store(String url) throws SQLException, IOException {
        this.writing = DriverManager.getConnection(url);
        this.reading = DriverManager.getConnection(url);
        create();
        this.store = writing.prepareStatement("select ids, seqs from store(?, ?, ?)");
        this.chats = reading.prepareStatement("select chat_id from member where account_id = ?");
    }

    /// Commits one batch.
    Stored store(List<Draft> batch) throws SQLException {
        long[] authors = batch.stream().mapToLong(Draft::author).toArray();
        long[] ids = batch.stream().mapToLong(Draft::chat).toArray();
        var contents = batch.stream().map(Draft::contents).toArray(String[]::new);
        store.setArray(1, array("int8", authors));
        store.setArray(2, array("int8", ids));
        store.setArray(3, array("text", contents));
        try (var rows = store.executeQuery()) {
            rows.next();
            return new Stored((Long[]) rows.getArray(1).getArray(), (Long[])
                    rows.getArray(2).getArray());
        }
    }

    /// The driver sends arrays of primitives in binary.
    private Array array(String type, Object values) throws SQLException {
        return writing.unwrap(PGConnection.class).createArrayOf(type, values);
    }

    synchronized List<Long> chatsOf(long account) throws SQLException {
        chats.setLong(1, account);
        try (var rows = chats.executeQuery()) {
            var found = new ArrayList<Long>();
            while (rows.next()) {
                found.add(rows.getLong(1));
            }
            return found;
        }
    }

    private void create() throws SQLException, IOException {
        try (var schema = Store.class.getResourceAsStream("/schema.sql");
                var statement = writing.createStatement()) {
            statement.execute(new String(schema.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
