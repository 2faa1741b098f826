package koine.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.ValidationDepth;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import koine.durability.LogAudit;
import koine.durability.Sql;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.MessageKind;
import koine.log.Message;
import koine.log.RecordingLog;
import koine.message.Outcome.Blocked;
import koine.message.Outcome.ChatClosed;
import koine.message.Outcome.KeyReused;
import koine.message.Outcome.NoMember;
import koine.message.Outcome.NoneToAnswer;
import koine.message.Outcome.Stored;
import koine.message.Outcome.StoredBefore;
import koine.testing.TestDatabase;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import reactor.core.publisher.Mono;

class PostgresBatchWriterTest {

    private static final Duration SOON = Duration.ofSeconds(5);
    private static final TestDatabase database = TestDatabase.fresh();
    private static final SecureRandom random = new SecureRandom();

    private final RecordingFactory factory = new RecordingFactory(driver());
    private final PostgresBatchWriter writer =
            new PostgresBatchWriter(factory, timeout(SOON), RecordingLog.create(), random);
    private final Sql sql = Sql.connect(database);
    private final LogAudit audit = new LogAudit(sql);
    private final AccountId ann = sql.account("ann");
    private final AccountId bob = sql.account("bob");
    private final AccountId eve = sql.account("eve");
    private final ChatId chat = chat(ann, bob);
    private final ChatId other = chat(ann, bob);
    private long start;

    @BeforeAll
    static void migrate() {
        Flyway.configure()
                .dataSource(database.jdbcUrl(), database.username(), database.password())
                .load()
                .migrate();
    }

    @BeforeEach
    void remember() {
        start = audit.clock();
    }

    @AfterEach
    void close() {
        audit.assertNoHoles(start);
        audit.assertSeqsHaveNoHoles();
        audit.assertTimesRise();
        writer.destroy();
        sql.close();
    }

    @Test
    void write_mixedBatch_answersEachDraftInOrder() {
        var before = stored(write(keyed("k1", draft(ann, chat, "before")))).getFirst();

        var outcomes = write(
                draft(ann, chat, "one"),
                draft(eve, chat, "no member"),
                keyed("k1", draft(ann, chat, "other contents")),
                keyed("k1", draft(bob, other, "two")),
                keyed("k1", draft(ann, chat, "before")),
                draft(ann, new ChatId(Integer.MAX_VALUE), "no chat"),
                keyed("k1", draft(ann, other, "before")),
                keyed("k2", draft(ann, chat, "three")));

        assertThat(outcomes.get(0)).isInstanceOf(Stored.class);
        assertThat(outcomes.get(1)).isEqualTo(new NoMember());
        assertThat(outcomes.get(2)).isEqualTo(new KeyReused());
        assertThat(outcomes.get(3)).isInstanceOf(Stored.class);
        assertThat(outcomes.get(4)).isEqualTo(new StoredBefore(before.id()));
        assertThat(outcomes.get(5)).isEqualTo(new NoMember());
        assertThat(outcomes.get(6)).isEqualTo(new KeyReused());
        assertThat(outcomes.get(7)).isInstanceOf(Stored.class);
        assertThat(stored(outcomes)).extracting(Message::contents).containsExactly("one", "two", "three");
        assertThat(contents(chat)).containsExactly("before", "one", "three");
        assertThat(contents(other)).containsExactly("two");
    }

    @Test
    void write_chatThatIsClosed_storesNothingInItAndTheRest() {
        var before = stored(write(keyed("k1", draft(ann, chat, "before")))).getFirst();
        sql.execute("update chat set closed = true where id = " + chat.value());

        var outcomes = write(
                draft(ann, chat, "after"),
                keyed("k1", draft(ann, chat, "before")),
                draft(eve, chat, "no member"),
                draft(ann, other, "elsewhere"));

        assertThat(outcomes.subList(0, 3))
                .containsExactly(new ChatClosed(), new StoredBefore(before.id()), new NoMember());
        assertThat(outcomes.get(3)).isInstanceOf(Stored.class);
        assertThat(contents(chat)).containsExactly("before");
        assertThat(contents(other)).containsExactly("elsewhere");
    }

    @Test
    void write_someRefused_givesTheirPositionsAndSeqsBack() {
        var first = stored(write(
                draft(eve, chat, "x"),
                draft(ann, chat, "a"),
                draft(eve, chat, "y"),
                draft(bob, chat, "b"),
                draft(bob, other, "c"),
                draft(eve, other, "z")));
        var none = write(draft(eve, chat, "x"), draft(eve, other, "y"));
        var second = stored(write(draft(ann, chat, "d"), draft(ann, other, "e")));

        assertThat(none).containsOnly(new NoMember());
        assertThat(positions(first)).containsExactly(start + 1, start + 2, start + 3);
        assertThat(positions(second)).containsExactly(start + 4, start + 5);
        assertThat(audit.clock()).isEqualTo(start + 5);
        assertThat(first).extracting(Message::seq).containsExactly(1L, 2L, 1L);
        assertThat(second).extracting(Message::seq).containsExactly(3L, 2L);
    }

    @Test
    void write_stored_answersWhatTheTableHolds() {
        var messages = stored(write(
                draft(ann, chat, "a"),
                draft(eve, chat, "refused"),
                draft(bob, chat, "b"),
                draft(ann, other, "line\nbreak, \"quotes\", \\, {braces}, null, 👋🏽")));
        var times = sql.numbers("""
                select (extract(epoch from created_at) * 1000000)::bigint
                from message
                where id > ? and updated_at = created_at
                order by id
                """, start);

        assertThat(times)
                .isEqualTo(messages.stream()
                        .map(message -> micros(message.createdAt()))
                        .toList());
        assertThat(messages).allMatch(message -> message.updatedAt().equals(message.createdAt()));
        assertThat(messages)
                .extracting(Message::contents)
                .containsExactlyElementsOf(sql.texts("select contents from message where id > ? order by id", start));
        assertThat(messages).extracting(Message::author).containsExactly(ann, bob, ann);
        assertThat(messages).extracting(Message::chat).containsExactly(chat, chat, other);
        assertThat(micros(Instant.now()) - times.getLast()).isBetween(-1_000_000L, 10_000_000L);
    }

    @Test
    void write_stored_movesTheAuthorsMarksAndTheChat() {
        var messages = stored(write(draft(ann, chat, "a"), draft(bob, chat, "b"), draft(ann, chat, "c")));
        var last = messages.getLast();

        assertThat(marks(chat, ann)).containsExactly(3L, 3L);
        assertThat(marks(chat, bob)).containsExactly(2L, 2L);
        assertThat(marks(other, ann)).containsExactly(0L, 0L);
        assertThat(sql.numbers("select last_message_id from chat where id = ?", chat.value()))
                .containsExactly(last.id().value());
        assertThat(sql.number(
                        "select (extract(epoch from active_at) * 1000000)::bigint from chat where id = ?",
                        chat.value()))
                .isEqualTo(micros(last.createdAt()));
    }

    @Test
    void write_chatThatKeepsUntilDelivered_notesWhomItWaitsFor() {
        sql.execute("update chat set retention = 'until_delivered' where id = ?", chat.value());
        join(chat, eve);

        var messages = stored(write(
                draft(ann, chat, "a"),
                draft(ann, other, "kept"),
                draft(bob, chat, "b"),
                draft(bob, new ChatId(Integer.MAX_VALUE), "no chat")));

        assertThat(sql.texts("""
                select format('%s/%s/%s', message_id, account_id, seq)
                from pending
                where chat_id = any(array[?, ?])
                order by message_id, account_id
                """, chat.value(), other.value()))
                .containsExactly(
                        "%d/%d/1".formatted(messages.get(0).id().value(), bob.value()),
                        "%d/%d/1".formatted(messages.get(0).id().value(), eve.value()),
                        "%d/%d/2".formatted(messages.get(2).id().value(), ann.value()),
                        "%d/%d/2".formatted(messages.get(2).id().value(), eve.value()));
    }

    /// It is told to whoever is connected, and was stored: but nobody is left to receive it.
    @Test
    void write_chatThatKeepsUntilDeliveredWithNobodyElse_storesAndRemoves() {
        sql.execute("update chat set retention = 'until_delivered' where id = ?", chat.value());
        sql.execute("delete from member where chat_id = ? and account_id = ?", chat.value(), bob.value());

        var messages = stored(write(draft(ann, chat, "a"), keyed("alone", draft(ann, chat, "b"))));

        assertThat(messages).extracting(Message::seq).containsExactly(1L, 2L);
        assertThat(positions(messages)).containsExactly(start + 1, start + 2);
        assertThat(sql.numbers(
                        "select id from message where chat_id = ? and num_nonnulls(contents, fingerprint) = 0",
                        chat.value()))
                .containsExactly(start + 2);
        assertThat(write(keyed("alone", draft(ann, chat, "b"))))
                .containsExactly(new StoredBefore(messages.get(1).id()));
        assertThat(sql.number("select count(*) from pending where chat_id = ?", chat.value()))
                .isZero();
        // the audit below takes a removed message for a hole
        sql.execute("delete from message where chat_id = ?", chat.value());
        sql.execute("delete from chat where id = ?", chat.value());
        start = audit.clock();
    }

    @Test
    void write_keyOfADeletedMessage_isStoredBefore() {
        var message = stored(write(keyed("k", draft(ann, chat, "a")))).getFirst();
        sql.execute("""
                update message
                set contents = null, fingerprint = null, deleted_at = now()
                where id = ?
                """, message.id().value());
        sql.execute("update chat set last_message_id = null where id = ?", chat.value());

        assertThat(write(keyed("k", draft(ann, chat, "a")))).containsExactly(new StoredBefore(message.id()));
    }

    @Test
    void write_fullBatch_isStoredInOrder() {
        var drafts = IntStream.range(0, 512)
                .mapToObj(i -> draft(i % 3 == 0 ? ann : bob, i % 2 == 0 ? chat : other, "m" + i))
                .toArray(Draft[]::new);

        var messages = stored(write(drafts));

        assertThat(positions(messages))
                .isEqualTo(
                        IntStream.rangeClosed(1, 512).mapToObj(i -> start + i).toList());
        assertThat(messages)
                .extracting(Message::contents)
                .isEqualTo(IntStream.range(0, 512).mapToObj(i -> "m" + i).toList());
    }

    /// Each batch of one has keys that the other's batches have as well.
    @Test
    void write_twoWritersAtOnce_interleaveWithoutAHoleAndStoreEachKeyOnce() {
        var seed = new Random().nextLong();
        var second = new PostgresBatchWriter(driver(), timeout(SOON), RecordingLog.create(), random);

        var one = CompletableFuture.supplyAsync(
                () -> batches(writer, new Random(seed), "one"), Thread::startVirtualThread);
        var two = CompletableFuture.supplyAsync(
                () -> batches(second, new Random(seed), "two"), Thread::startVirtualThread);
        var messages =
                Stream.of(one, two).flatMap(batches -> batches.join().stream()).toList();
        second.destroy();

        assertThat(messages).as("seed %d", seed).hasSize(2 * 60 + 60);
        assertThat(positions(messages).stream().sorted().toList())
                .as("seed %d", seed)
                .isEqualTo(
                        IntStream.rangeClosed(1, 180).mapToObj(i -> start + i).toList());
    }

    /// Sixty batches, each with a draft without a key and one with a key that both writers use; gives what was
    /// stored.
    private List<Message> batches(PostgresBatchWriter by, Random random, String name) {
        var stored = new ArrayList<Message>();
        for (int i = 0; i < 60; i++) {
            var where = random.nextBoolean() ? chat : other;
            var batch = List.of(draft(bob, where, name + i), keyed("both" + i, draft(ann, where, "both")));
            var outcomes = by.write(batch).block(SOON);
            outcomes = outcomes == null ? List.of() : outcomes;
            assertThat(outcomes.getLast()).isInstanceOfAny(Stored.class, StoredBefore.class);
            stored.addAll(stored(outcomes));
        }
        return stored;
    }

    @Test
    void write_whereAllIsKnown_storesWithoutJudgingAgain() {
        write(draft(ann, chat, "a"), draft(bob, chat, "b"), draft(bob, other, "c"));

        var messages = withoutJudging(() -> stored(write(
                keyed("k", draft(ann, chat, "d")),
                draft(bob, other, "e"),
                draft(bob, chat, "f"),
                draft(ann, chat, "line\nbreak, \"quotes\", {braces}, null, 👋🏽"))));

        assertThat(positions(messages)).containsExactly(start + 4, start + 5, start + 6, start + 7);
        assertThat(messages).extracting(Message::seq).containsExactly(3L, 2L, 4L, 5L);
        assertThat(messages)
                .extracting(message ->
                        "%s %s %s".formatted(message.author(), message.contents(), micros(message.createdAt())))
                .containsExactlyElementsOf(sql.texts("""
                        select format('AccountId[value=%s] %s %s', author_id, contents,
                            (extract(epoch from created_at) * 1000000)::bigint)
                        from message
                        where id > ? and updated_at = created_at
                        order by id
                        """, start + 3));
        assertThat(marks(chat, ann)).containsExactly(5L, 5L);
        assertThat(marks(chat, bob)).containsExactly(4L, 4L);
        assertThat(sql.number(
                        "select (extract(epoch from active_at) * 1000000)::bigint from chat where id = ?",
                        chat.value()))
                .isEqualTo(micros(messages.getLast().createdAt()));
        assertThat(write(keyed("k", draft(ann, chat, "d"))))
                .containsExactly(new StoredBefore(messages.getFirst().id()));
    }

    @Test
    void write_changedSinceItWasKnown_judgesAgain() {
        write(draft(ann, other, "known"));
        sql.execute("update chat set blocked = true where id = ?", other.value());
        assertThat(write(draft(ann, other, "is blocked"))).containsExactly(new Blocked());

        sql.execute("update chat set blocked = false where id = ?", other.value());
        write(draft(ann, other, "known again"));
        sql.execute("update chat set closed = true where id = ?", other.value());
        assertThat(write(draft(ann, other, "is closed"))).containsExactly(new ChatClosed());

        write(draft(bob, chat, "known"));
        sql.execute("delete from member where chat_id = ? and account_id = ?", chat.value(), bob.value());
        assertThat(write(draft(bob, chat, "has left"))).containsExactly(new NoMember());

        write(draft(ann, chat, "known"));
        sql.execute("update chat set retention = 'until_delivered' where id = ?", chat.value());
        join(chat, eve);
        write(draft(ann, chat, "waits"));
        assertThat(sql.numbers("select account_id from pending where chat_id = ?", chat.value()))
                .containsExactly(eve.value());
        assertThat(contents(other)).containsExactly("known", "known again");
    }

    /// Else the two would wait for each other: a batch holds the clock, and moves the marks of who is in the chat.
    @Test
    void delete_ofAMember_takesTheClockBeforeTheRow() {
        try (var another = Sql.connect(database)) {
            another.begin();
            another.execute("select from log_clock for update");
            var gone = CompletableFuture.runAsync(
                    () -> sql.execute(
                            "delete from member where chat_id = ? and account_id = ?", chat.value(), bob.value()),
                    Thread::startVirtualThread);
            await().atMost(SOON).until(() -> another.waitingForALock() == 1);

            assertThat(another.texts(
                            "select role from member where chat_id = ? and account_id = ? for update nowait",
                            chat.value(),
                            bob.value()))
                    .hasSize(1);
            another.commit();
            gone.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
        }
    }

    @Test
    void write_knownMemberLeavesWhileItWaitsForTheClock_isNoMember() {
        write(draft(ann, chat, "a"), draft(bob, chat, "b"));

        var outcomes = whileTheClockIsHeld(
                () -> sql.execute("delete from member where chat_id = ? and account_id = ?", chat.value(), bob.value()),
                draft(bob, chat, "has left"),
                draft(ann, chat, "is there"));

        assertThat(outcomes.getFirst()).isEqualTo(new NoMember());
        assertThat(contents(chat)).containsExactly("a", "b", "is there");
    }

    @Test
    void write_keyIsThereAlreadyWhereAllIsKnown_isStoredBeforeAndTheRestIsStored() {
        var before = stored(write(keyed("k", draft(ann, chat, "a")), draft(bob, chat, "b")));

        var outcomes = write(draft(bob, chat, "c"), keyed("k", draft(ann, chat, "a")), draft(ann, chat, "d"));

        assertThat(outcomes.get(1)).isEqualTo(new StoredBefore(before.getFirst().id()));
        assertThat(contents(chat)).containsExactly("a", "b", "c", "d");
        assertThat(withoutJudging(() -> stored(write(draft(bob, chat, "e"))))).hasSize(1);
        assertThat(factory.created).hasSize(1);
    }

    @Test
    void write_moreThanWordsInAKnownChat_isJudged() {
        write(draft(ann, chat, "a"));
        var elsewhere = stored(write(draft(ann, other, "b"))).getFirst().id();

        assertThat(write(new Draft(ann, chat, MessageKind.TEXT, "c", null, null, elsewhere, null, 0)))
                .containsExactly(new NoneToAnswer());
    }

    @Test
    void write_chatThatKeepsUntilDelivered_notesEachTimeWhomItWaitsFor() {
        sql.execute("update chat set retention = 'until_delivered' where id = ?", chat.value());

        var first = stored(write(draft(ann, chat, "a"))).getFirst();
        var second = stored(write(draft(ann, chat, "b"))).getFirst();

        assertThat(sql.numbers("select message_id from pending where chat_id = ? order by 1", chat.value()))
                .containsExactly(first.id().value(), second.id().value());
    }

    /// They have to be told, and have messages of their own in the same chats.
    @Test
    void writeKnownMessages_otherServersThere_storesNothing() {
        sql.execute("update log_clock set writer = 1");
        var known = """
                select base
                from log_clock,
                    write_known_messages(array[%1$d], array[%2$d], array[1], array['a'], array[null]::text[], array[0],
                        array[true], array[true], 'one', 1, changes)
                """.formatted(ann.value(), chat.value());
        try {
            sql.execute("insert into server (id, seen_at) values ('other', now())");
            assertThat(sql.texts(known)).containsOnlyNulls();
            assertThat(contents(chat)).isEmpty();
        } finally {
            sql.execute("delete from server");
        }
        assertThat(sql.texts(known)).containsExactly(Long.toString(start));
        assertThat(contents(chat)).containsExactly("a");
    }

    /// What is right is asked of the tables before each batch.
    @Test
    void write_amongChangesOfAllKinds_judgesAsOneWhoKnowsNothing() {
        var seed = new Random().nextLong();
        var dice = new Random(seed);
        var second = new PostgresBatchWriter(driver(), timeout(SOON), RecordingLog.create(), random);
        for (int step = 0; step < 300; step++) {
            switch (dice.nextInt(12)) {
                case 0 ->
                    leaveOrJoin(
                            dice.nextBoolean() ? chat : other,
                            List.of(ann, bob, eve).get(dice.nextInt(3)));
                case 1 -> sql.execute("update chat set blocked = not blocked where id = ?", chat.value());
                default -> {
                    var batch = anyBatch(dice);
                    var expected = batch.stream().map(this::judged).toList();
                    var outcomes = (dice.nextInt(4) == 0 ? second : writer)
                            .write(batch)
                            .block(SOON);
                    assertThat(outcomes)
                            .extracting(Object::getClass)
                            .as("seed %d", seed)
                            .isEqualTo(expected);
                }
            }
        }
        second.destroy();
    }

    private void leaveOrJoin(ChatId where, AccountId who) {
        if (isMember(where, who)) {
            sql.execute("delete from member where chat_id = ? and account_id = ?", where.value(), who.value());
        } else {
            join(where, who);
        }
    }

    private boolean isMember(ChatId where, AccountId who) {
        return sql.number(
                        "select count(*) from member where chat_id = ? and account_id = ?", where.value(), who.value())
                > 0;
    }

    /// One to five drafts, some with keys that were there before, none with a key twice.
    private List<Draft> anyBatch(Random dice) {
        var batch = new ArrayList<Draft>();
        for (int n = dice.nextInt(5); n >= 0; n--) {
            var author = List.of(ann, bob, bob, eve).get(dice.nextInt(4));
            var draft = draft(author, dice.nextBoolean() ? chat : other, "text " + dice.nextInt(2));
            batch.add(dice.nextInt(8) == 0 ? keyed("key%d-%d".formatted(n, dice.nextInt(4)), draft) : draft);
        }
        return batch;
    }

    private Class<?> judged(Draft draft) {
        if (draft.key() != null) {
            var before = sql.texts(
                    "select chat_id || ' ' || fingerprint from message where author_id = ? and key = ?",
                    draft.author().value(),
                    draft.key());
            if (!before.isEmpty()) {
                var same = draft.chat().value() + " " + draft.fingerprint();
                return before.contains(same) ? StoredBefore.class : KeyReused.class;
            }
        }
        if (!isMember(draft.chat(), draft.author())) {
            return NoMember.class;
        }
        var blocked = sql.number(
                        "select blocked::int from chat where id = ?",
                        draft.chat().value())
                == 1;
        return blocked ? Blocked.class : Stored.class;
    }

    /// With no `write_messages` there.
    private <T> T withoutJudging(Supplier<T> work) {
        sql.execute("alter function write_messages rename to nobody_judges");
        try {
            return work.get();
        } finally {
            sql.execute("alter function nobody_judges rename to write_messages");
        }
    }

    @Test
    void write_membersChangeWhileItWaitsForTheClock_judgesByTheNewMembers() {
        var outcomes = whileTheClockIsHeld(
                () -> {
                    sql.execute("delete from member where chat_id = ? and account_id = ?", chat.value(), bob.value());
                    join(chat, eve);
                },
                draft(bob, chat, "has left"),
                draft(eve, chat, "has joined"));

        assertThat(outcomes.getFirst()).isEqualTo(new NoMember());
        assertThat(stored(outcomes)).extracting(Message::contents).containsExactly("has joined");
    }

    @Test
    void write_keyIsStoredWhileItWaitsForTheClock_isStoredBefore() {
        var outcomes = whileTheClockIsHeld(
                () -> sql.execute(
                        "select write_messages(array[?]::bigint[], array[?]::bigint[], array['a'], array['k'], array[?]::bigint[], null)",
                        ann.value(),
                        chat.value(),
                        keyed("k", draft(ann, chat, "a")).fingerprint()),
                keyed("k", draft(ann, chat, "a")),
                draft(ann, chat, "b"));

        assertThat(outcomes.getFirst()).isInstanceOf(StoredBefore.class);
        assertThat(stored(outcomes)).extracting(Message::seq).containsExactly(2L);
    }

    /// The trigger runs at commit: by then the function's rows have been sent to the client.
    @Test
    void write_commitFails_isAnErrorAndNothingIsStored() {
        sql.execute("""
                create or replace function refuse_poison() returns trigger language plpgsql as $$
                begin
                    raise exception 'poison' using errcode = '58030';
                end $$
                """);
        sql.execute("""
                create constraint trigger poison after insert on message
                deferrable initially deferred for each row
                when (new.contents = 'poison') execute function refuse_poison()
                """);
        try {
            assertThatThrownBy(() -> write(draft(ann, chat, "a"), draft(ann, chat, "poison"), draft(bob, chat, "b")))
                    .isInstanceOf(R2dbcException.class)
                    .hasMessageContaining("poison");
            assertThat(contents(chat)).isEmpty();
            assertThat(stored(write(draft(ann, chat, "c"))))
                    .extracting(Message::seq)
                    .containsExactly(1L);
        } finally {
            sql.execute("drop trigger poison on message");
        }
    }

    @Test
    void write_unstorableContents_isADataErrorAndTheNextIsStored() {
        assertThatThrownBy(() -> write(draft(ann, chat, "a"), draft(ann, chat, "NUL \0")))
                .isInstanceOfSatisfying(
                        R2dbcException.class,
                        problem -> assertThat(problem.getSqlState()).startsWith("22"));

        assertThat(stored(write(draft(ann, chat, "b")))).hasSize(1);
        assertThat(contents(chat)).containsExactly("b");
    }

    @Test
    void write_connectionKilledMeanwhile_isAnErrorAndTheNextUsesAnother() {
        sql.begin();
        sql.execute("select from log_clock for update");
        var answer = writer.write(List.of(draft(ann, chat, "a"))).toFuture();
        await().atMost(SOON).until(() -> sql.waitingForALock() == 1);
        sql.killOthers();

        assertThat(catchThrowable(answer::join)).hasCauseInstanceOf(R2dbcNonTransientResourceException.class);
        sql.commit();
        assertThat(stored(write(draft(ann, chat, "b")))).hasSize(1);
        assertThat(contents(chat)).containsExactly("b");
        assertThat(factory.created).hasSize(2);
    }

    /// Nothing has been sent on it, so there is nothing in doubt and no reason to bother the sender.
    @Test
    void write_connectionLostMeanwhileIdle_usesAnotherAtOnce() {
        write(draft(ann, chat, "a"));
        sql.killOthers();
        await().atMost(SOON).until(() -> !isOpen(factory.created.getFirst()));

        assertThat(stored(write(draft(ann, chat, "b")))).hasSize(1);
        assertThat(factory.created).hasSize(2);
    }

    @Test
    void write_databaseHangs_isAnErrorInTimeAndNothingIsStoredLater() {
        var patience = Duration.ofSeconds(2);
        var hasty = new PostgresBatchWriter(driver(), timeout(patience), RecordingLog.create(), random);
        hasty.write(List.of(draft(ann, chat, "a"))).block(SOON);
        sql.begin();
        sql.execute("select from log_clock for update");
        var begin = System.nanoTime();

        var problem =
                catchThrowable(() -> hasty.write(List.of(draft(ann, chat, "b"))).block(SOON));

        assertThat(problem)
                .satisfiesAnyOf(
                        by -> assertThat(by).hasCauseInstanceOf(TimeoutException.class),
                        by -> assertThat(by).isInstanceOf(R2dbcException.class));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(patience.dividedBy(2), SOON);
        await("the statement was given up").atMost(SOON).until(() -> sql.waitingForALock() == 0);
        sql.commit();
        assertThat(stored(hasty.write(List.of(draft(ann, chat, "c"))).block(SOON)))
                .hasSize(1);
        assertThat(contents(chat)).containsExactly("a", "c");
        hasty.destroy();
    }

    @Test
    void write_nobodyListens_isAnError() {
        var nobody = ConnectionFactories.get("r2dbc:postgresql://nobody@localhost:1/nothing");

        assertThatThrownBy(() -> new PostgresBatchWriter(nobody, timeout(SOON), RecordingLog.create(), random)
                        .write(List.of(draft(ann, chat, "a")))
                        .block(SOON))
                .isInstanceOf(R2dbcNonTransientResourceException.class);
    }

    /// Remembers the driver's connections.
    private static final class RecordingFactory implements ConnectionFactory {

        private final List<Connection> created = new CopyOnWriteArrayList<>();
        private final ConnectionFactory driver;

        RecordingFactory(ConnectionFactory driver) {
            this.driver = driver;
        }

        @Override
        public Mono<Connection> create() {
            return Mono.<Connection>from(driver.create()).doOnNext(created::add);
        }

        @Override
        public ConnectionFactoryMetadata getMetadata() {
            return driver.getMetadata();
        }
    }

    private static ConnectionFactory driver() {
        var url = ConnectionFactoryOptions.parse(database.r2dbcUrl());
        return ConnectionFactories.get(url.mutate()
                .option(ConnectionFactoryOptions.USER, database.username())
                .option(ConnectionFactoryOptions.PASSWORD, database.password())
                .build());
    }

    private static boolean isOpen(Connection connection) {
        return Boolean.TRUE.equals(
                Mono.from(connection.validate(ValidationDepth.LOCAL)).block(SOON));
    }

    private static MessageProperties timeout(Duration writeTimeout) {
        var settings = new MapConfigurationPropertySource(Map.of("koine.message.write-timeout", writeTimeout));
        return new Binder(settings).bindOrCreate("koine.message", MessageProperties.class);
    }

    /// Starts the batch while the clock is held, makes the change, and lets go of the clock.
    private List<Outcome> whileTheClockIsHeld(Runnable change, Draft... batch) {
        write(draft(eve, chat, "so that there is a connection"));
        sql.begin();
        sql.execute("select from log_clock for update");
        var outcomes = writer.write(List.of(batch)).toFuture();
        await().atMost(SOON).until(() -> sql.waitingForALock() == 1);
        change.run();
        sql.commit();
        return outcomes.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
    }

    private List<Outcome> write(Draft... batch) {
        var outcomes = writer.write(List.of(batch)).block(SOON);
        assertThat(outcomes).hasSize(batch.length);
        return outcomes;
    }

    private static List<Message> stored(@Nullable List<Outcome> outcomes) {
        return outcomes == null
                ? List.of()
                : outcomes.stream()
                        .mapMulti((Outcome outcome, Consumer<Message> messages) -> {
                            if (outcome instanceof Stored(var message)) {
                                messages.accept(message);
                            }
                        })
                        .toList();
    }

    private static List<Long> positions(List<Message> messages) {
        return messages.stream().map(message -> message.id().value()).toList();
    }

    private List<String> contents(ChatId of) {
        return sql.texts("select contents from message where chat_id = ? order by id", of.value());
    }

    private List<Long> marks(ChatId of, AccountId member) {
        return sql.numbers(
                "select unnest(array[read_seq, delivered_seq]) from member where chat_id = ? and account_id = ?",
                of.value(),
                member.value());
    }

    private ChatId chat(AccountId... members) {
        var made = new ChatId(sql.number("""
                insert into chat (type, name, key)
                values ('group', 'a group', gen_random_uuid())
                returning id
                """));
        Stream.of(members).forEach(member -> join(made, member));
        return made;
    }

    private void join(ChatId where, AccountId who) {
        sql.execute("""
                insert into member (chat_id, account_id, role, joined_at)
                values (?, ?, 'member', 0)
                """, where.value(), who.value());
    }

    private static long micros(Instant time) {
        return TimeUnit.SECONDS.toMicros(time.getEpochSecond()) + time.getNano() / 1_000;
    }

    private static Draft draft(AccountId author, ChatId chat, String contents) {
        return new Draft(author, chat, contents, null, 0);
    }

    private static Draft keyed(String key, Draft draft) {
        return new Draft(
                draft.author(),
                draft.chat(),
                draft.contents(),
                key,
                draft.contents().hashCode());
    }
}
