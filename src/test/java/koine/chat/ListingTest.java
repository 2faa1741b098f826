package koine.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import koine.chat.ListingStore.Progress;
import koine.chat.ListingStore.Slice;
import koine.durability.Sql;
import koine.kernel.AccountId;
import koine.testing.TestDatabase;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;

/// The order in which an account lists its chats, whatever of the log has been taken into account.
class ListingTest {

    private static final Slice SLICE = new Slice(2_000, 4, 10, Duration.ofHours(1));
    private static final TestDatabase database = TestDatabase.fresh();

    private final ConnectionFactory factory = driver();
    private final DatabaseClient client = DatabaseClient.create(factory);
    private final TransactionalOperator transaction =
            TransactionalOperator.create(new R2dbcTransactionManager(factory));
    private final TransactionalOperator snapshot =
            TransactionalOperator.create(new R2dbcTransactionManager(factory), new DefaultTransactionDefinition() {
                {
                    setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
                }
            });
    private final ListingStore listing = new ListingStore(client, transaction);
    private final SummaryStore chats = new SummaryStore(client);
    private final Sql sql = Sql.connect(database);
    private final AccountId ann = sql.account("ann");
    private final AccountId bob = sql.account("bob");

    @BeforeAll
    static void migrate() {
        Flyway.configure()
                .dataSource(database.jdbcUrl(), database.username(), database.password())
                .load()
                .migrate();
    }

    @BeforeEach
    void settle() {
        while (spread().behind() > 0) {}
        sql.execute("update busy_chat set due_at = now()");
        while (Boolean.TRUE.equals(listing.spreadBusy(1_000).block())) {}
        assertThat(stale()).isZero();
    }

    @AfterEach
    void close() {
        sql.close();
    }

    @Test
    void list_afterAMessage_isInOrderBeforeItIsSpread() {
        var all = chats(3, ann, bob);

        send(bob, all.getFirst());

        assertThat(stale()).isEqualTo(2);
        assertThat(list(ann, null, 10)).containsExactly(all.get(0), all.get(2), all.get(1));
        assertThat(list(ann, null, 2)).containsExactly(all.get(0), all.get(2));
        assertThat(list(ann, activeAt(all.get(2)), 10)).containsExactly(all.get(1));
    }

    @Test
    void spread_afterMessages_bringsUpTheRowsAndThePosition() {
        var all = chats(7, ann, bob);
        all.forEach(chat -> send(bob, chat));

        var first = spread();

        assertThat(first).isEqualTo(new Progress(2, true)); // five chats have ten rows
        assertThat(stale()).isEqualTo(4);
        assertThat(list(ann, null, 10)).isEqualTo(all.reversed());
        assertThat(spread()).isEqualTo(new Progress(0, true));
        assertThat(stale()).isZero();
        assertThat(list(ann, null, 10)).isEqualTo(all.reversed());
    }

    @Test
    void spread_chatWithManyMembers_isPutAsideUntilItIsDue() {
        var others = Stream.generate(() -> sql.account("other")).limit(20).toArray(AccountId[]::new);
        var big = chat(Stream.concat(Stream.of(ann), Stream.of(others)).toArray(AccountId[]::new));
        var small = chat(ann, bob);
        send(ann, big);

        assertThat(spread()).isEqualTo(new Progress(0, true));
        assertThat(listing.spreadBusy(10).block()).isFalse();
        assertThat(stale()).isEqualTo(21);
        assertThat(list(ann, null, 10)).containsExactly(big, small);

        sql.execute("update busy_chat set due_at = now()");
        assertThat(listing.spreadBusy(10).block()).isTrue();
        assertThat(stale()).isEqualTo(11);
        assertThat(sql.numbers("select chat_id from busy_chat")).containsExactly(big);

        sql.execute("update busy_chat set due_at = now()");
        assertThat(listing.spreadBusy(100).block()).isTrue();
        assertThat(stale()).isZero();
        assertThat(sql.numbers("select chat_id from busy_chat")).isEmpty();
        assertThat(list(ann, null, 10)).containsExactly(big, small);
    }

    /// Nobody who leaves waits for this, nor the other way round; and what stays after all is not forgotten.
    @Test
    void spread_whileSomebodyIsLeaving_isDoneAgain() {
        var chat = chat(ann, bob);
        var newer = chat(ann, bob);
        send(bob, chat);
        try (var leaving = Sql.connect(database)) {
            leaving.begin();
            leaving.execute("delete from member where account_id = ?", ann.value());

            assertThat(spread()).isEqualTo(new Progress(1, false));
            leaving.execute("rollback");
        }

        assertThat(stale()).isEqualTo(1);
        assertThat(list(ann, null, 10)).containsExactly(chat, newer);
        assertThat(spread()).isEqualTo(new Progress(0, true));
        assertThat(stale()).isZero();
    }

    @Test
    void spread_onTwoServers_isDoneByOneOfThem() {
        try (var other = Sql.connect(database)) {
            other.begin();
            other.execute("select from listing for update");

            assertThat(listing.spread(SLICE).blockOptional()).isEmpty();
            assertThat(listing.spreadBusy(10).blockOptional()).isEmpty();
            other.commit();
        }

        assertThat(listing.spread(SLICE).blockOptional()).contains(new Progress(0, true));
    }

    @Test
    void list_messageRemovedBeforeItWasSpread_isInOrder() {
        var all = chats(3, ann, bob);
        send(bob, all.getFirst());
        sql.execute("delete from message where chat_id = ?", all.getFirst());

        assertThat(list(ann, null, 10)).containsExactly(all.get(0), all.get(2), all.get(1));
        spread();
        assertThat(list(ann, null, 10)).containsExactly(all.get(0), all.get(2), all.get(1));
        sql.execute("update busy_chat set due_at = now()");
        assertThat(listing.spreadBusy(10).block()).isTrue();
        assertThat(stale()).isZero();
    }

    @Test
    void list_whenSpreadingIsFarBehind_isInOrder() {
        var all = chats(3, ann, bob);
        send(bob, all.getFirst());
        sql.execute("update listing set position = position - 10000");

        assertThat(list(ann, null, 10)).containsExactly(all.get(0), all.get(2), all.get(1));
        assertThat(list(ann, null, 1)).containsExactly(all.getFirst());
        assertThat(list(ann, activeAt(all.get(2)), 1)).containsExactly(all.get(1));
    }

    @Test
    void list_somebodyJoinsOrLeaves_hasOrLosesTheChat() {
        var late = sql.account("late");
        var all = chats(2, ann, bob);
        send(bob, all.getFirst());
        spread();
        all.forEach(chat -> join(chat, late));

        assertThat(stale()).isZero();
        assertThat(list(late, null, 10)).isEqualTo(all);

        sql.execute("delete from member where account_id = ? and chat_id = ?", late.value(), all.getFirst());

        assertThat(list(late, null, 10)).containsExactly(all.getLast());
        assertThat(sql.numbers("select chat_id from listed_chat where account_id = ?", late.value()))
                .containsExactly(all.getLast());
    }

    @Test
    void list_pagesOf2000Chats_giveEachOnce() {
        sql.execute("""
                with made as (
                    insert into chat (type, name, key, active_at)
                    select 'group', 'g', gen_random_uuid(), timestamptz '2026-01-01 00:00:00+00' + n / 3 * interval '1 minute'
                    from generate_series(1, 2000) n
                    returning id
                )
                insert into member (chat_id, account_id, role, joined_at)
                select id, ?, 'member', 0
                from made
                """, ann.value());
        var all = inOrder(ann);
        for (var each : List.of(all.get(7), all.get(1_000), all.get(1_999))) {
            send(ann, each);
        }

        assertThat(pages(50)).isEqualTo(inOrder(ann));
        spread();
        assertThat(pages(25)).isEqualTo(inOrder(ann));
    }

    @Test
    void list_duringSendsAndSpreading_isAlwaysTheNewestInOrder() {
        var all = chats(20, ann, bob);
        var big = chat(ann, bob, sql.account("one"), sql.account("two"), sql.account("three"));
        all.add(big);
        var senders = Stream.of(1, 2, 3)
                .map(seed ->
                        CompletableFuture.runAsync(() -> sendMany(all, new Random(seed)), Thread::startVirtualThread))
                .toList();

        var done = CompletableFuture.allOf(senders.toArray(CompletableFuture[]::new));
        do {
            listing.spread(SLICE).block();
            sql.execute("update busy_chat set due_at = now()");
            listing.spreadBusy(10).block();
            assertThat(listAndTruth())
                    .satisfies(both -> assertThat(both.getFirst()).isEqualTo(both.getLast()));
        } while (!done.isDone());
        done.join();

        assertThat(sql.number("select count(*) from message")).isGreaterThanOrEqualTo(600);
    }

    private void sendMany(List<Long> all, Random random) {
        try (var other = Sql.connect(database)) {
            for (int i = 0; i < 200; i++) {
                send(other, bob, all.get(random.nextInt(all.size())));
            }
        }
    }

    /// The first page and what should be on it, of one snapshot.
    private List<List<Long>> listAndTruth() {
        return chats.list(ann, null, 5)
                .map(chat -> chat.id().value())
                .collectList()
                .zipWith(
                        client.sql(TRUTH + " limit 5")
                                .bind("$1", ann.value())
                                .mapValue(Long.class)
                                .all()
                                .collectList(),
                        List::of)
                .as(snapshot::transactional)
                .blockOptional()
                .orElseThrow();
    }

    private static final String TRUTH = """
            select c.id
            from member m
            join chat c on c.id = m.chat_id
            where m.account_id = $1
            order by c.active_at desc, c.id desc""";

    private List<Long> inOrder(AccountId account) {
        return sql.numbers(TRUTH.replace("$1", "?"), account.value());
    }

    private List<Long> pages(int limit) {
        var ids = new ArrayList<Long>();
        @Nullable Instant before = null;
        while (true) {
            var page =
                    chats.list(ann, before, limit).collectList().blockOptional().orElseThrow();
            if (page.isEmpty()) {
                return ids;
            }
            assertThat(page.size()).isBetween(Math.min(limit, 2_000 - ids.size()), limit + 2);
            page.forEach(chat -> ids.add(chat.id().value()));
            before = page.getLast().activeAt();
        }
    }

    private List<Long> list(AccountId account, @Nullable Instant before, int limit) {
        return chats.list(account, before, limit)
                .map(chat -> chat.id().value())
                .collectList()
                .blockOptional()
                .orElseThrow();
    }

    private Instant activeAt(long chat) {
        return Instant.EPOCH.plusNanos(1_000
                * sql.number("select (extract(epoch from active_at) * 1000000)::bigint from chat where id = ?", chat));
    }

    private Progress spread() {
        return listing.spread(SLICE).blockOptional().orElseThrow();
    }

    /// How many rows do not show their chat's time.
    private long stale() {
        return sql.number("""
                select count(*)
                from member m
                join chat c on c.id = m.chat_id
                left join listed_chat l on l.chat_id = m.chat_id and l.account_id = m.account_id
                where l.active_at is distinct from c.active_at
                """);
    }

    /// Oldest first.
    private List<Long> chats(int count, AccountId... members) {
        return new ArrayList<>(Stream.generate(() -> chat(members)).limit(count).toList());
    }

    private long chat(AccountId... members) {
        var chat =
                sql.number("insert into chat (type, name, key) values ('group', 'g', gen_random_uuid()) returning id");
        Stream.of(members).forEach(each -> join(chat, each));
        return chat;
    }

    private void join(long chat, AccountId account) {
        sql.execute(
                "insert into member (chat_id, account_id, role, joined_at) values (?, ?, 'member', 0)",
                chat,
                account.value());
    }

    private void send(AccountId author, long chat) {
        send(sql, author, chat);
    }

    private static void send(Sql sql, AccountId author, long chat) {
        sql.execute("""
                select write_messages(
                    array[?]::bigint[], array[?]::bigint[], array['hello'], array[null]::text[], array[null]::bigint[], null)
                """, author.value(), chat);
    }

    private static ConnectionFactory driver() {
        return ConnectionFactories.get(ConnectionFactoryOptions.parse(database.r2dbcUrl())
                .mutate()
                .option(ConnectionFactoryOptions.USER, database.username())
                .option(ConnectionFactoryOptions.PASSWORD, database.password())
                .build());
    }
}
