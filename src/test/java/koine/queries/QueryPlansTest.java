package koine.queries;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// No statement of the service reads a big table from one end to the other, in a database with many rows in each:
/// all of them as Postgres plans them without knowing their values, and the lists also as it plans them for an
/// account with 2,000 chats.
class QueryPlansTest {

    private static final Set<String> BIG = Set.of(
            "account",
            "block",
            "chat",
            "early_arrival",
            "event",
            "former_member",
            "friendship",
            "listed_chat",
            "media",
            "member",
            "message",
            "message_text",
            "notification",
            "pending",
            "presence",
            "regard",
            "session");

    /// Done now and then, in the background, and rarer than what an index would have to be written for.
    private static final Map<String, Set<String>> MAY_SCAN =
            Map.of("LogStore.TRIM", Set.of("former_member"), "SessionStore.END_IDLE", Set.of("session"));

    /// Of the parameters, where Postgres can't tell them.
    private static final Map<String, String> TYPES = Map.ofEntries(
            entry("ArrivalStore.RECEIVE", "bigint[], bigint[], bigint, bigint"),
            entry("BlockStore.APART", "bigint, bigint[]"),
            entry("MembershipStore.CHATS_OF", "bigint[]"),
            entry("MembershipStore.ROLES", "bigint[], bigint[]"),
            entry("ChatStore.PARTNERS", "bigint, bigint[]"),
            entry("FriendshipStore.FRIENDS_AMONG", "bigint, bigint[]"),
            entry("PeopleStore.LIST", "bigint, bigint[], bigint"),
            entry("ChatStore.INSERT_MEMBERS", "bigint, bigint[], text[], bigint"),
            entry("ErasedNameStore.REPLACE", "bigint[], text[]"),
            entry("LogStore.APPEND", "bigint[], bigint[], bigint[], text[], text[]"),
            entry("NothingMissedStore.AMONG", "bigint[], bigint[]"),
            entry("MarkStore.MOVE", "bigint[], bigint[], bigint[], bigint[]"),
            entry("MemberStore.ADD", "bigint, text, bigint[], bigint[], bigint"),
            entry("NotificationStore.INSERT", "bigint[], bigint[], text[], bigint[], bigint[], bigint, boolean[]"),
            entry("NotificationStore.MARK_DELIVERED", "bigint[], bigint[]"),
            entry("NotificationStore.UNDELIVERED", "bigint, bigint, bigint, text[], bigint"),
            entry("PostgresBus.SEND", "text, text[]"),
            entry("PresenceStore.CHANGE", "bigint[], boolean[], text"),
            entry("PresenceStore.FIND", "bigint[], text"),
            entry("SentMessageStore.WITH_KEYS", "bigint, bigint[], text[]"),
            entry("SessionStore.MISSING", "bigint[]"));

    /// The lists, for the account that is in most chats.
    private static final Map<String, List<String>> LISTS = Map.ofEntries(
            entry("PeopleStore.SEARCH", List.of("'abc', 'abd', '{1}', 20, '%abc%'")),
            entry("PeopleStore.LIST", List.of("0, '{1}', 100")),
            entry("BlockStore.LIST", List.of("1, 0, 100")),
            entry("SummaryStore.LIST", List.of("1, null, 25", "1, '2026-01-01 00:10:00+00', 50", "2, null, 25")),
            entry("SummaryStore.MEMBERS", List.of("1")),
            entry("DialogStore.LIST", List.of("1, null, 10000", "2, null, 10000")),
            entry("FriendshipStore.FRIENDS", List.of("1, 0, 100")),
            entry("FriendshipStore.REQUESTS", List.of("1, 'asked'")),
            entry("LogPageStore.READ", List.of("1000, 100", "239900, 100")),
            entry("LogPageStore.READ_FOR", List.of("1000, 100, 1", "239900, 100, 1", "239900, 100, 5")),
            entry("MediaRecordStore.CLAIM", List.of("'2026-01-01 00:00:00+00', 100")),
            entry("MediaRecordStore.KEEP_USED", List.of("'2026-01-01 00:00:00+00'")),
            entry("MessageStore.AFTER", List.of("1, 0, 50")),
            entry("MessageStore.BEFORE", List.of("1, 9223372036854775807, 50")),
            entry(
                    "MessageStore.UNDELIVERED",
                    List.of("1, 0, 9223372036854775807, 100, null", "1, 0, 9223372036854775807, 100, 'private'")),
            entry("NotificationStore.LIST", List.of("1, 9223372036854775807, 50")),
            entry("NotificationStore.UNDELIVERED", List.of("1, 0, 9223372036854775807, '{like,fake}', 100")),
            entry("RoomStore.BEGINNING_WITH", List.of("'room a', '', 50")),
            entry("RoomStore.LIKE", List.of("'room a', 50")),
            entry("SearchStore.BY_COMMON_WORDS", List.of("1, 'common', null, 9223372036854775807, 25, 5000")),
            entry("SearchStore.BY_RARE_WORDS", List.of("1, 'rare', null, 9223372036854775807, 25, 5000")),
            entry("SearchStore.COUNT", List.of("'rare', 5001")),
            entry("SentMessageStore.AT", List.of("1, '2026-01-01 00:10:00+00', 200")),
            entry("SentMessageStore.RECENT", List.of("1, 10, 20, 500")),
            entry("SessionStore.LIST", List.of("1")));

    private static final Pattern PARAMETER = Pattern.compile("\\$([0-9]+)");

    private static final Map<String, String> STATEMENTS = Statements.all();

    private static Connection connection;

    @BeforeAll
    static void seed() throws SQLException, IOException {
        connection = SeededDatabase.connect();
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
    }

    @Test
    void statements_all_areFound() {
        assertThat(STATEMENTS)
                .hasSizeGreaterThan(100)
                .containsKeys(LISTS.keySet().toArray(String[]::new));
    }

    @Test
    void statements_all_areServedByIndexes() throws SQLException {
        var scans = new TreeMap<String, Set<String>>();
        for (var name : STATEMENTS.keySet()) {
            scans.put(name, generic(name).scanned(BIG));
        }
        scans.values().removeIf(Set::isEmpty);

        assertThat(scans).isEqualTo(MAY_SCAN);
    }

    @Test
    void lists_ofAnAccountWithManyChats_areServedByIndexes() throws SQLException {
        var scans = new TreeMap<String, Set<String>>();
        for (var list : LISTS.entrySet()) {
            for (var values : list.getValue()) {
                scans.put(
                        list.getKey() + "(" + values + ")",
                        custom("", list.getKey(), values).scanned(BIG));
            }
        }
        scans.values().removeIf(Set::isEmpty);

        assertThat(scans).isEmpty();
    }

    @Test
    void chats_ofAnAccountWith2000_areReadAsCheaplyAsOf30() throws SQLException {
        var of30 = run("2, null, 25").rowsRead();

        for (var page : List.of("1, null, 25", "1, '2026-01-01 00:10:00+00', 25")) {
            var plan = run(page);
            assertThat(plan.rowsRead()).as(plan::toString).isBetween(100L, of30);
        }
    }

    private static Plan run(String values) throws SQLException {
        return custom("analyze, timing off, ", "SummaryStore.LIST", values);
    }

    private static Plan generic(String name) throws SQLException {
        execute("set plan_cache_mode = force_generic_plan");
        var types = TYPES.get(name);
        var count = PARAMETER
                .matcher(Objects.requireNonNull(STATEMENTS.get(name)))
                .results()
                .mapToInt(parameter -> Integer.parseInt(parameter.group(1)))
                .max()
                .orElse(0);
        return prepared("", name, types == null ? "" : " (" + types + ")", nulls(count));
    }

    private static String nulls(int count) {
        return String.join(", ", Collections.nCopies(count, "null"));
    }

    private static Plan custom(String options, String name, String values) throws SQLException {
        execute("set plan_cache_mode = force_custom_plan");
        return prepared(options, name, "", values);
    }

    private static Plan prepared(String options, String name, String types, String values) throws SQLException {
        execute("prepare wanted" + types + " as " + Objects.requireNonNull(STATEMENTS.get(name)));
        try {
            return plan("explain (" + options + "format json) execute wanted"
                    + (values.isEmpty() ? "" : "(" + values + ")"));
        } finally {
            execute("deallocate wanted");
        }
    }

    private static Plan plan(String explain) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(explain)) {
            rows.next();
            return Plan.of(rows.getString(1));
        }
    }

    private static void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
