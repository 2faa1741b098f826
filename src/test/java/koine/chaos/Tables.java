package koine.chaos;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What stands in the tables, read past the service.
///
/// @param messages those that went with a deleted group among them
record Tables(long head, List<Row> messages, List<Entry> events, List<Period> periods, List<ChatRow> chats) {

    /// Keeps aside the messages that are deleted with their group, which would be holes in the log otherwise.
    private static final String KEEP = """
            create table gone_message (like message);
            create function keep_gone_message() returns trigger language plpgsql as $$
            begin
                insert into gone_message select old.*;
                return null;
            end
            $$;
            create trigger keep_gone_message after delete on message
            for each row execute function keep_gone_message();
            """;

    private static final String MESSAGES = """
            select id, chat_id, author_id, seq, contents, key, deleted_at is not null as deleted, false as gone
            from message
            union all
            select id, chat_id, author_id, seq, contents, key, deleted_at is not null, true
            from gone_message
            order by id
            """;

    private static final String EVENTS = """
            select position, chat_id, account_id, type, payload ->> 'message' as message, payload ->> 'id' as id,
                payload -> 'member' ->> 'id' as member, payload -> 'other' ->> 'id' as other
            from event
            order by position
            """;

    private static final String PERIODS = """
            select account_id, chat_id, joined_at, 9223372036854775807 as left_at
            from member
            union all
            select account_id, chat_id, joined_at, left_at
            from former_member
            """;

    /// @param gone went with its group
    record Row(
            long id,
            long chat,
            long author,
            long seq,
            @Nullable String contents,
            @Nullable String key,
            boolean deleted,
            boolean gone) {}

    /// @param chat    in which it happened; 0 if it happened to an account
    /// @param account to which it happened; 0 if it happened in a chat
    /// @param subject the message that it is about, the member, the other or the notification; 0 for a chat
    record Entry(long position, long chat, long account, String type, long subject) {

        /// Whether clients are told of it.
        boolean isShown() {
            return !type.equals("blocked") && !type.equals("unblocked");
        }
    }

    /// A membership. It begins with the event at `from`, and ends with the one at `to`.
    record Period(long account, long chat, long from, long to) {

        boolean hasEvent(Entry event) {
            return event.chat() == chat && from <= event.position() && event.position() <= to;
        }

        boolean hasMessage(Row message) {
            return message.chat() == chat && from < message.id() && message.id() < to;
        }

        boolean isOver() {
            return to != Long.MAX_VALUE;
        }
    }

    record ChatRow(long id, long lastSeq) {}

    static void keepGoneMessages(RestartablePostgres postgres) throws SQLException {
        try (var connection = postgres.connect();
                var statement = connection.createStatement()) {
            statement.execute(KEEP);
        }
    }

    static long head(RestartablePostgres postgres) throws SQLException {
        try (var connection = postgres.connect()) {
            return head(connection);
        }
    }

    /// As all of them are at one moment.
    static Tables read(RestartablePostgres postgres) throws SQLException {
        try (var connection = postgres.connect()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            return new Tables(
                    head(connection),
                    rows(connection, MESSAGES, Tables::message),
                    rows(connection, EVENTS, Tables::event),
                    rows(
                            connection,
                            PERIODS,
                            row -> new Period(
                                    row.getLong("account_id"),
                                    row.getLong("chat_id"),
                                    row.getLong("joined_at"),
                                    row.getLong("left_at"))),
                    rows(
                            connection,
                            "select id, last_seq from chat",
                            row -> new ChatRow(row.getLong("id"), row.getLong("last_seq"))));
        }
    }

    private static long head(Connection connection) throws SQLException {
        return rows(connection, "select position from log_clock", row -> row.getLong("position"))
                .getFirst();
    }

    private static Row message(ResultSet row) throws SQLException {
        return new Row(
                row.getLong("id"),
                row.getLong("chat_id"),
                row.getLong("author_id"),
                row.getLong("seq"),
                row.getString("contents"),
                row.getString("key"),
                row.getBoolean("deleted"),
                row.getBoolean("gone"));
    }

    private static Entry event(ResultSet row) throws SQLException {
        var type = row.getString("type");
        var subject = switch (type) {
            case "message.edited" -> row.getLong("message");
            case "message.deleted" -> row.getLong("id");
            case "member.joined", "member.left", "member.changed" -> row.getLong("member");
            case "friend.requested", "friend.accepted", "friend.removed" -> row.getLong("other");
            case "notification" -> row.getLong("position");
            default -> 0;
        };
        return new Entry(row.getLong("position"), row.getLong("chat_id"), row.getLong("account_id"), type, subject);
    }

    private interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private static <T> List<T> rows(Connection connection, String sql, Reader<T> reader) throws SQLException {
        try (var statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            var rows = new ArrayList<T>();
            while (result.next()) {
                rows.add(reader.read(result));
            }
            return rows;
        }
    }
}
