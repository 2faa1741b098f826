package koine.queries;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// In a database with few chats, of which one has nearly all messages and events, what concerns the other one is found
/// by its own: Postgres expects every second message to be of either, and so to find some wherever it looks.
class FewChatsTest {

    private static final Map<String, String> STATEMENTS = Statements.all();

    /// More than any page here has, and what has to be looked at for it.
    private static final long ENOUGH = 900;

    private static Connection connection;

    /// Chat 1 has the first thousand messages, chat 2 the 50,000 after them; then as many events of each. All but the
    /// last ten messages of either have been received and read.
    @BeforeAll
    static void seed() throws SQLException {
        connection = SeededDatabase.connectEmpty();
        execute("set session_replication_role = replica");
        execute("""
                insert into chat (type, name, key, last_seq, last_message_id, active_at)
                select 'group', n::text, n::text, case n when 1 then 1000 else 50000 end,
                    case n when 1 then 1000 else 51000 end, now()
                from generate_series(1, 2) n
                """);
        execute("""
                insert into member (chat_id, account_id, role, joined_at, delivered_seq, read_seq)
                select id, account, 'member', 0, last_seq - 10, last_seq - 10
                from chat, generate_series(1, 2) account
                """);
        execute("""
                insert into message (id, chat_id, author_id, seq, contents, created_at, updated_at)
                select n, case when n <= 1000 then 1 else 2 end, 1, case when n <= 1000 then n else n - 1000 end,
                    repeat('x', 100), now(), now()
                from generate_series(1, 51000) n
                """);
        execute("""
                insert into event (position, chat_id, type, payload)
                select n + 51000, case when n <= 1000 then 1 else 2 end, 'chat.updated', '{}'
                from generate_series(1, 51000) n
                """);
        for (var follower : List.of("log_clock", "listing", "indexed")) {
            execute("update " + follower + " set position = 102000");
        }
        execute("insert into deleted_chat (chat_id, position) values (1, 102000)");
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
            LogPageStore.READ_FOR       | 900, 200, 1
            LogPageStore.READ_FOR       | 20000, 200, 1
            LogPageStore.READ_FOR       | 60000, 200, 1
            NothingMissedStore.AMONG    | array[1], array[20000]
            NothingMissedStore.AMONG    | array[1], array[60000]
            MessageStore.UNDELIVERED    | 2, 0, 9223372036854775807, 50, null
            MessageStore.UNDELIVERED    | 2, 20000, 9223372036854775807, 50, null
            ArrivalStore.RECEIVE        | array[2], array[1000], 50, 50
            ArrivalStore.RECEIVE        | array[2], array[1001], 50, 50
            MarkStore.LAST_READ         | 1, 2
            ChatStore.SET_LAST_MESSAGE  | 1, 1000
            DialogStore.LIST            | 1, null, 50
            RemainsStore.REMOVE         | 50
            """)
    void statement_ofEitherChat_looksAtItsOwnOnly(String name, String values) throws SQLException {
        for (var plan : new String[] {"force_custom_plan", "force_generic_plan"}) {
            execute("set plan_cache_mode = " + plan);
            execute("begin");
            execute("prepare wanted" + types(name) + " as " + Objects.requireNonNull(STATEMENTS.get(name)));
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery(
                            "explain (analyze, timing off, format json) execute wanted(" + values + ")")) {
                rows.next();
                assertThat(Plan.of(rows.getString(1)).rowsRead()).as(plan).isLessThan(ENOUGH);
            } finally {
                execute("rollback");
                execute("deallocate wanted");
            }
        }
    }

    /// Postgres plans anew each time while it takes the plan for any value to be dearer, which planning may be as well.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            MessageStore.AFTER   | 2, 20000, 50
            MessageStore.BEFORE  | 2, 20000, 50
            LogPageStore.READ_FOR | 20000, 200, 1
            """)
    void page_ofMessages_isPlannedOnce(String name, String values) throws SQLException {
        execute("set plan_cache_mode = auto");
        execute("prepare wanted" + types(name) + " as " + Objects.requireNonNull(STATEMENTS.get(name)));
        for (int i = 0; i < 10; i++) {
            execute("execute wanted(" + values + ")");
        }
        try (var statement = connection.createStatement();
                var plans = statement.executeQuery(
                        "select custom_plans from pg_prepared_statements where name = 'wanted'")) {
            plans.next();
            assertThat(plans.getLong(1)).isEqualTo(5); // after these it has both costs to compare
        } finally {
            execute("deallocate wanted");
        }
    }

    /// Of the parameters, where Postgres can't tell them.
    private static String types(String name) {
        return switch (name) {
            case "NothingMissedStore.AMONG" -> " (bigint[], bigint[])";
            case "ArrivalStore.RECEIVE" -> " (bigint[], bigint[], unknown, unknown)";
            default -> "";
        };
    }

    private static void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
