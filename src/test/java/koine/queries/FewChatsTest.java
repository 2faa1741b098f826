package koine.queries;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// In a database with few chats, of which one has nearly all messages, a page of the other one is read by its own
/// messages: Postgres expects every second message to be of either, and so to find some wherever it looks.
class FewChatsTest {

    private static final Map<String, String> STATEMENTS = Statements.all();

    /// More than any page here has, and what has to be looked at for it.
    private static final long ENOUGH = 500;

    private static Connection connection;

    /// Chat 1 has the first thousand messages, chat 2 the 50,000 after them.
    @BeforeAll
    static void seed() throws SQLException {
        connection = SeededDatabase.connectEmpty();
        execute("set session_replication_role = replica");
        execute("""
                insert into chat (type, name, key, last_seq, active_at)
                select 'group', n::text, n::text, 0, now()
                from generate_series(1, 2) n
                """);
        execute("""
                insert into member (chat_id, account_id, role, joined_at)
                select chat, account, 'member', 0
                from generate_series(1, 2) chat, generate_series(1, 2) account
                """);
        execute("""
                insert into message (id, chat_id, author_id, seq, contents, created_at, updated_at)
                select n, case when n <= 1000 then 1 else 2 end, 1, n, repeat('x', 100), now(), now()
                from generate_series(1, 51000) n
                """);
        execute("vacuum analyze");
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            MessageStore.AFTER   | 1, 990, 50
            MessageStore.AFTER   | 2, 0, 50
            MessageStore.BEFORE  | 1, 9223372036854775807, 50
            MessageStore.BEFORE  | 2, 1010, 50
            LogStore.READ_FOR    | 900, 200, 1
            LogStore.READ_FOR    | 20000, 200, 1
            NothingMissedStore.AMONG | array[1], array[20000]
            """)
    void page_ofEitherChat_isReadByItsOwnMessages(String name, String values) throws SQLException {
        for (var plan : new String[] {"force_custom_plan", "force_generic_plan"}) {
            execute("set plan_cache_mode = " + plan);
            execute("prepare wanted" + types(name) + " as " + Objects.requireNonNull(STATEMENTS.get(name)));
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery(
                            "explain (analyze, timing off, format json) execute wanted(" + values + ")")) {
                rows.next();
                assertThat(Plan.of(rows.getString(1)).rowsRead()).as(plan).isLessThan(ENOUGH);
            } finally {
                execute("deallocate wanted");
            }
        }
    }

    /// Of the parameters, where Postgres can't tell them.
    private static String types(String name) {
        return name.equals("NothingMissedStore.AMONG") ? " (bigint[], bigint[])" : "";
    }

    private static void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
