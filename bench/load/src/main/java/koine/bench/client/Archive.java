package koine.bench.client;

import java.util.List;

/// A million old messages, put into the tables while no server ran.
///
/// @param reader a member of both chats
/// @param small  a chat of 1,000 messages
/// @param large  a chat of 1,000,000 messages, which are the newest ones of all
public record Archive(Account reader, Chat small, Chat large) {

    public static final int SMALL = 1_000;
    public static final int LARGE = 1_000_000;

    private static final String READER = "bench-archive";

    /// @param first the id of its first message; the others follow without a gap
    public record Chat(long id, long first, int messages) {}

    private static final List<String> CHATS = List.of("""
            with people as (
                insert into account (username, username_key, password_hash)
                values ('bench-archive', 'bench-archive', 'none'), ('bench-author', 'bench-author', 'none')
                returning id, username
            ), opened as (
                insert into session (account_id)
                select id from people
            ), chats as (
                insert into chat (type, name, key)
                values ('group', 'small', 'bencharch1'), ('group', 'large', 'bencharch2')
                returning id
            )
            insert into member (chat_id, account_id, role, joined_at)
            select c.id, p.id, case p.username when 'bench-author' then 'owner' else 'member' end,
                (select position from log_clock)
            from chats c, people p
            """);

    /// Texts carry stamps, so that whoever gets them can check them. What follows the log in the background is told
    /// that it has seen them: it is not measured here.
    private static List<String> messages(String chat, int count) {
        return List.of(
                """
                insert into message (id, chat_id, author_id, seq, contents, created_at, updated_at)
                select k.position + n, c.id, a.id, n,
                    '~~00000000' || lpad(to_hex(n - 1), 8, '0') || repeat('0', 16) || repeat('x', 66), now(), now()
                from log_clock k, chat c, account a, generate_series(1, %2$d) n
                where c.key = '%1$s' and a.username = 'bench-author'
                """.formatted(chat, count),
                "update log_clock set position = position + " + count,
                """
                update chat
                set last_seq = %2$d, last_message_id = (select position from log_clock), active_at = now()
                where key = '%1$s'
                """.formatted(chat, count),
                "update indexed set position = (select position from log_clock)",
                "update listing set position = (select position from log_clock)");
    }

    /// To be done once for a database, and while no server runs.
    public static void fill(Database database) {
        database.run(CHATS);
        database.run(messages("bencharch1", SMALL));
        database.run(messages("bencharch2", LARGE));
        database.run(List.of("vacuum analyze"));
    }

    static Archive in(Database database, Tokens tokens) {
        return database.transact(connection -> {
            try (var statement = connection.createStatement()) {
                var rows = statement.executeQuery("""
                        select a.id, s.id,
                            (select id from chat where key = 'bencharch1'), (select id from chat where key = 'bencharch2'),
                            (select last_message_id from chat where key = 'bencharch1')
                        from account a
                        join session s on s.account_id = a.id
                        where a.username = 'bench-archive'
                        """);
                rows.next();
                var reader = new Account(rows.getLong(1), READER, tokens.of(rows.getLong(1), rows.getLong(2)));
                long lastOfSmall = rows.getLong(5);
                return new Archive(
                        reader,
                        new Chat(rows.getLong(3), lastOfSmall - SMALL + 1, SMALL),
                        new Chat(rows.getLong(4), lastOfSmall + 1, LARGE));
            }
        });
    }
}
