package koine.bench.client;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Puts people and chats into Koine's tables, and into the limit's, which have the same names.
///
/// To be done before those people connect: a server learns of later changes by the log, which is not written
/// here.
public final class KoineSeed {

    private static final String ACCOUNTS = """
            with made as (
                insert into account (username, username_key, password_hash)
                select n, n, 'none'
                from (select ? || '-' || i as n from generate_series(1, ?) i) names
                returning id, username
            ), opened as (
                insert into session (account_id)
                select id from made
                returning id, account_id
            )
            select made.id, made.username, opened.id
            from made
            join opened on opened.account_id = made.id
            order by made.id
            """;

    private static final String PRIVATE_CHATS = """
            with chats as (
                insert into chat (type, low_account_id, high_account_id)
                select 'private', least(a, b), greatest(a, b)
                from unnest(?, ?) as p (a, b)
                returning id, low_account_id, high_account_id
            ), members as (
                insert into member (chat_id, account_id, role, joined_at)
                select c.id, m.account_id, 'member', (select position from log_clock)
                from chats c
                cross join lateral (values (c.low_account_id), (c.high_account_id)) m (account_id)
            )
            select c.id
            from chats c
            join unnest(?, ?) with ordinality as p (a, b, n)
                on c.low_account_id = least(a, b) and c.high_account_id = greatest(a, b)
            order by p.n
            """;

    private static final String ROOM = """
            with made as (
                insert into chat (type, name, key)
                values ('group', 'bench', substr(md5(random()::text), 1, 10))
                returning id
            )
            insert into member (chat_id, account_id, role, joined_at)
            select made.id, a.id, case a.n when 1 then 'owner' else 'member' end, (select position from log_clock)
            from made, unnest(?) with ordinality as a (id, n)
            returning chat_id
            """;

    private final Database database;
    private final Tokens tokens;

    public KoineSeed(Database database) {
        this.database = database;
        this.tokens = new Tokens(database);
    }

    List<Account> accounts(int count) {
        var prefix = "bench-" + Long.toHexString(System.nanoTime());
        return database.transact(connection -> insertAccounts(connection, prefix, count));
    }

    /// Private chats of the first with the first, the second with the second, and so on.
    List<Long> privateChats(List<Account> ones, List<Account> others) {
        return database.transact(connection -> {
            var low = ids(connection, ones);
            var high = ids(connection, others);
            try (var insert = connection.prepareStatement(PRIVATE_CHATS)) {
                insert.setArray(1, low);
                insert.setArray(2, high);
                insert.setArray(3, low);
                insert.setArray(4, high);
                return numbers(insert.executeQuery());
            }
        });
    }

    long room(List<Account> members) {
        return database.transact(connection -> {
            try (var insert = connection.prepareStatement(ROOM)) {
                insert.setArray(1, ids(connection, members));
                return numbers(insert.executeQuery()).getFirst();
            }
        });
    }

    /// Plans that were made for empty tables are bad ones.
    void analyze() {
        database.run(List.of("analyze account", "analyze session", "analyze chat", "analyze member"));
    }

    Archive archive() {
        return Archive.in(database, tokens);
    }

    Database database() {
        return database;
    }

    private List<Account> insertAccounts(Connection connection, String prefix, int count) throws SQLException {
        try (var insert = connection.prepareStatement(ACCOUNTS)) {
            insert.setString(1, prefix);
            insert.setInt(2, count);
            var rows = insert.executeQuery();
            var accounts = new ArrayList<Account>();
            while (rows.next()) {
                accounts.add(
                        new Account(rows.getLong(1), rows.getString(2), tokens.of(rows.getLong(1), rows.getLong(3))));
            }
            return accounts;
        }
    }

    private static java.sql.Array ids(Connection connection, List<Account> accounts) throws SQLException {
        return connection.createArrayOf(
                "bigint", accounts.stream().map(Account::id).toArray());
    }

    private static List<Long> numbers(java.sql.ResultSet rows) throws SQLException {
        var numbers = new ArrayList<Long>();
        while (rows.next()) {
            numbers.add(rows.getLong(1));
        }
        return numbers;
    }
}
