package koine.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import koine.database.AfterAnswer;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.ErrorCode;
import koine.kernel.MessageId;
import koine.kernel.Refused;
import koine.log.Event;
import koine.log.RecordingLog;
import koine.message.Outcome.KeyReused;
import koine.message.Outcome.NoMember;
import koine.message.Outcome.Stored;
import koine.message.Outcome.StoredBefore;
import koine.testing.MutableClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import reactor.test.scheduler.VirtualTimeScheduler;

class MessageWriterTest {

    private static final int MAX_BATCH = 4;
    private static final int MAX_WAITING = 6;
    private static final int ROUNDS = 20_000;

    private final FakeBatchWriter batches = new FakeBatchWriter();
    private final RecordingLog log = RecordingLog.create();
    private final MutableClock clock = new MutableClock(Instant.EPOCH);
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private MessageWriter writer = writer(batches);

    @Test
    void write_alone_goesAtOnce() {
        var answer = send("a");

        assertThat(batches.batches()).containsExactly(List.of("a"));
        assertThat(answer.isOpen()).isTrue();
        batches.next().store();
        assertThat(answer.stored()).isEqualTo("a");
    }

    @Test
    void write_whileABatchIsInFlight_goTogetherInTheNextInOrder() {
        var answers = sendAll("a", "b", "c", "d");

        assertThat(batches.batches()).containsExactly(List.of("a"));
        batches.next().store();
        assertThat(batches.batches()).containsExactly(List.of("a"), List.of("b", "c", "d"));
        assertThat(answers.get(1).isOpen()).isTrue();
        batches.next().store();
        assertThat(answers).extracting(Answer::stored).containsExactly("a", "b", "c", "d");
        assertThat(batches.mostInFlight()).isEqualTo(1);
    }

    @Test
    void write_moreThanABatchHolds_goInBatchesOfTheMost() {
        var answers = sendAll("a", "b", "c", "d", "e", "f", "g");

        storeAll(3);

        assertThat(batches.batches()).containsExactly(List.of("a"), List.of("b", "c", "d", "e"), List.of("f", "g"));
        assertThat(answers).extracting(Answer::stored).containsExactly("a", "b", "c", "d", "e", "f", "g");
    }

    @Test
    void write_keyRepeatedByItsAuthor_waitsForTheNextBatch() {
        send("a");
        send(draft(1, "b", "k"));
        send(draft(1, "c", "k"));
        send(draft(2, "d", "k"));
        send(draft(1, "e", null));
        send(draft(1, "f", "k"));
        send(draft(1, "g", null));

        storeAll(4);

        assertThat(batches.batches())
                .containsExactly(List.of("a"), List.of("b", "d", "e"), List.of("c", "g"), List.of("f"));
    }

    @Test
    void write_moreThanMayWait_refusesThoseAndNothingElse() {
        send("in flight");
        var waiting =
                IntStream.range(0, MAX_WAITING).mapToObj(i -> send("w" + i)).toList();

        var refused = List.of(send("x"), send("y"));

        assertThat(refused).extracting(Answer::refusal).containsOnly(ErrorCode.TOO_MANY_REQUESTS);
        batches.next().store(); // and a full batch of those that wait goes: there is room again for as many
        var later = IntStream.range(0, MAX_BATCH).mapToObj(i -> send("l" + i)).toList();
        assertThat(send("z").refusal()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS);
        storeAll(3);
        assertThat(waiting).extracting(Answer::stored).containsExactly("w0", "w1", "w2", "w3", "w4", "w5");
        assertThat(later).extracting(Answer::stored).containsExactly("l0", "l1", "l2", "l3");
        assertThat(batches.batches().stream().flatMap(List::stream)).doesNotContain("x", "y", "z");
    }

    @Test
    void write_whileItWouldWaitTooLong_isRefusedButForWhatTheNextBatchHolds() {
        send("slow");
        clock.advance(Duration.ofSeconds(2));
        batches.next().store();
        send("in flight");
        var waiting = IntStream.range(0, MAX_BATCH).mapToObj(i -> send("w" + i)).toList();

        assertThat(send("x").refusal()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS);

        storeAll(2);
        assertThat(waiting).extracting(Answer::stored).containsExactly("w0", "w1", "w2", "w3");
    }

    @Test
    void write_afterBatchesWereSlowForAWhile_isTakenAgain() {
        send("slow");
        clock.advance(Duration.ofSeconds(2));
        batches.next().store();
        for (int i = 0; i < 40; i++) {
            send("quick");
            batches.next().store();
        }
        send("in flight");

        var waiting =
                IntStream.range(0, MAX_WAITING).mapToObj(i -> send("w" + i)).toList();

        storeAll(3);
        assertThat(waiting).extracting(Answer::stored).containsExactly("w0", "w1", "w2", "w3", "w4", "w5");
    }

    @Test
    void write_soonAfterABatch_waitsAndGoesWithWhatComesMeanwhile() {
        writer = writer(properties(MAX_BATCH, MAX_WAITING, Duration.ofMillis(2)));
        send(draft(2, "a", null));
        batches.next().store();
        time.advanceTimeBy(Duration.ofMillis(1));

        var held = sendAll("b", "c");
        assertThat(batches.batches()).containsExactly(List.of("a"));
        time.advanceTimeBy(Duration.ofMillis(1));

        assertThat(batches.batches()).containsExactly(List.of("a"), List.of("b", "c"));
        batches.next().store();
        assertThat(held).extracting(Answer::stored).containsExactly("b", "c");
        time.advanceTimeBy(Duration.ofMillis(2));
        send("d");
        assertThat(batches.batches()).endsWith(List.of("d"));
    }

    @Test
    void write_againByWhoWasAloneInTheLastBatch_goesAtOnce() {
        writer = writer(properties(MAX_BATCH, MAX_WAITING, Duration.ofMillis(2)));
        send("a");
        batches.next().store();

        send("b");
        batches.next().store();

        assertThat(batches.batches()).containsExactly(List.of("a"), List.of("b"));
        send(draft(2, "c", null));
        assertThat(batches.batches()).hasSize(2);
    }

    @Test
    void write_againByWhoWasNotAloneInTheLastBatch_waits() {
        writer = writer(properties(MAX_BATCH, MAX_WAITING, Duration.ofMillis(2)));
        send("in flight");
        send("a");
        send(draft(2, "b", null));
        batches.next().store();
        time.advanceTimeBy(Duration.ofMillis(2));
        batches.next().store();

        send("c");

        assertThat(batches.batches()).containsExactly(List.of("in flight"), List.of("a", "b"));
    }

    @Test
    void write_againByWhoWasAloneWithOthersBehind_waitsForThem() {
        writer = writer(properties(MAX_BATCH, MAX_WAITING, Duration.ofMillis(2)));
        send("in flight");
        sendAll("a", "b");

        batches.next().store();

        assertThat(batches.batches()).containsExactly(List.of("in flight"));
        time.advanceTimeBy(Duration.ofMillis(2));
        assertThat(batches.batches()).endsWith(List.of("a", "b"));
    }

    @Test
    void write_soonAfterABatchButAFullOne_goesAtOnce() {
        writer = writer(properties(MAX_BATCH, MAX_WAITING, Duration.ofMillis(2)));
        send("in flight");
        sendAll("b", "c", "d", "e");

        batches.next().store();

        assertThat(batches.batches()).endsWith(List.of("b", "c", "d", "e"));
    }

    @Test
    void write_batchFails_answersEachUnavailableAndGoesOn() {
        var first = send("a");
        var failing = sendAll("b", "c", "d");
        batches.next().store();
        var waiting = sendAll("e", "f");

        batches.next().fail(new R2dbcNonTransientResourceException("gone", "57P01"));

        assertThat(first.stored()).isEqualTo("a");
        assertThat(failing).extracting(Answer::refusal).containsOnly(ErrorCode.UNAVAILABLE);
        assertThat(log.checks()).isEqualTo(1);
        storeAll(1);
        assertThat(waiting).extracting(Answer::stored).containsExactly("e", "f");
        assertThat(batches.batches()).containsExactly(List.of("a"), List.of("b", "c", "d"), List.of("e", "f"));
    }

    /// So the bound for everybody is two writes that fail: the one in flight and one's own.
    @Test
    void write_waitedForLongerThanAWriteMayTake_answersUnavailableAndIsNotWritten() {
        var properties = properties(MAX_BATCH, MAX_WAITING);
        send("in flight");
        var old = sendAll("old 1", "old 2", "old 3", "old 4", "old 5");
        clock.advance(properties.writeTimeout().plusMillis(1));
        var young = send("young");

        batches.next().fail(new IllegalStateException("away"));

        assertThat(old).extracting(Answer::refusal).containsOnly(ErrorCode.UNAVAILABLE);
        assertThat(batches.batches()).containsExactly(List.of("in flight"), List.of("young"));
        batches.next().store();
        assertThat(young.stored()).isEqualTo("young");
        send("in flight again");
        var asManyAsMayWait =
                IntStream.range(0, MAX_WAITING).mapToObj(i -> send("w" + i)).toList();
        assertThat(asManyAsMayWait).allMatch(Answer::isOpen);
    }

    @Test
    void write_waitedForAsLongAsAWriteMayTake_isWritten() {
        send("in flight");
        var waiting = send("waiting");
        clock.advance(properties(MAX_BATCH, MAX_WAITING).writeTimeout());

        storeAll(2);

        assertThat(waiting.stored()).isEqualTo("waiting");
    }

    @Test
    void write_problemWithoutSqlState_answersUnavailable() {
        var answers = List.of(send("a"), send("b"));

        batches.next().fail(new IllegalStateException("a fault"));
        batches.next().fail(new R2dbcTransientResourceException("no state"));

        assertThat(answers).extracting(Answer::refusal).containsOnly(ErrorCode.UNAVAILABLE);
        assertThat(send("c").isOpen()).isTrue();
        assertThat(batches.batches()).last().isEqualTo(List.of("c"));
    }

    @Test
    void write_dataError_triesEachAloneAndOnlyTheCulpritFails() {
        send("a");
        var answers = sendAll("b", "culprit", "d");
        batches.next().store();
        var later = sendAll("e", "f");

        batches.next().fail(dataError("22021"));
        batches.next().store();
        batches.next().fail(dataError("23514"));
        storeAll(2);

        assertThat(batches.batches())
                .containsExactly(
                        List.of("a"),
                        List.of("b", "culprit", "d"),
                        List.of("b"),
                        List.of("culprit"),
                        List.of("d"),
                        List.of("e", "f"));
        assertThat(answers.get(0).stored()).isEqualTo("b");
        assertThat(answers.get(1).problem()).isInstanceOf(R2dbcException.class);
        assertThat(answers.get(2).stored()).isEqualTo("d");
        assertThat(later).extracting(Answer::stored).containsExactly("e", "f");
    }

    @Test
    void write_dataErrorWithARepeatedKeyWaiting_keepsTheOrder() {
        send("a");
        send(draft(1, "b", "k"));
        send(draft(1, "c", null));
        send(draft(1, "d", "k"));
        batches.next().store();

        batches.next().fail(dataError("22021"));
        storeAll(3);

        assertThat(batches.batches())
                .containsExactly(List.of("a"), List.of("b", "c"), List.of("b"), List.of("c"), List.of("d"));
    }

    @Test
    void write_mixedOutcomes_givesEachDraftItsOwn() {
        send("first");
        var answers = sendAll("a", "b", "c", "d");
        batches.next().store();

        var batch = batches.next();
        var before = new StoredBefore(new MessageId(1));
        batch.end(List.of(before, new NoMember(), new KeyReused(), new StoredBefore(new MessageId(2))));

        assertThat(answers)
                .extracting(Answer::outcome)
                .containsExactly(before, new NoMember(), new KeyReused(), new StoredBefore(new MessageId(2)));
        assertThat(log.told()).hasSize(1);
    }

    @Test
    void write_stored_tellsTheLogInOrderBeforeItAnswers() {
        var toldWhenAnswered = new AtomicInteger();
        writer.write(draft(1, "a", null))
                .subscribe(_ -> toldWhenAnswered.set(log.told().size()));
        sendAll("b", "c");

        storeAll(2);

        assertThat(toldWhenAnswered).hasValue(1);
        assertThat(log.told()).extracting(Event::position).containsExactly(1L, 2L, 3L);
    }

    @Test
    void write_batchDone_nextIsOnItsWayBeforeTheAnswers() {
        var batchesWhenAnswered = new AtomicInteger();
        writer.write(draft(1, "a", null))
                .subscribe(_ -> batchesWhenAnswered.set(batches.batches().size()));
        send("b");

        batches.next().store();

        assertThat(batchesWhenAnswered).hasValue(2);
    }

    /// The driver sends the next batch only when it is back from telling of this one.
    @Test
    void write_batchDone_isToldOfAfterTheConnectionIsFree() {
        var putOff = new ArrayList<Runnable>();
        var afterAnswer = new AfterAnswer() {
            @Override
            public void run(Runnable work) {
                putOff.add(work);
            }
        };
        writer = new MessageWriter(batches, log, properties(MAX_BATCH, MAX_WAITING), clock, time, afterAnswer);
        var answer = send("a");
        send("b");

        batches.next().store();

        assertThat(batches.batches()).containsExactly(List.of("a"), List.of("b"));
        assertThat(log.told()).isEmpty();
        assertThat(answer.isOpen()).isTrue();
        putOff.forEach(Runnable::run);
        assertThat(log.told()).hasSize(1);
        assertThat(answer.stored()).isEqualTo("a");
    }

    @Test
    void write_callerGoesAway_isStoredAllTheSame() {
        var inFlight = writer.write(draft(1, "a", null)).subscribe();
        var waiting = writer.write(draft(1, "b", null)).subscribe();
        var other = send("c");

        inFlight.dispose();
        waiting.dispose();
        storeAll(2);

        assertThat(batches.batches()).containsExactly(List.of("a"), List.of("b", "c"));
        assertThat(log.told()).hasSize(3);
        assertThat(other.stored()).isEqualTo("c");
    }

    @Test
    void write_answerThatSendsAgain_goesInALaterBatch() {
        var again = new Answer();
        writer.write(draft(1, "a", null))
                .onErrorResume(_ -> writer.write(draft(1, "again", null)))
                .subscribe(again::succeeded, again::failed);

        batches.next().fail(new IllegalStateException("away"));
        storeAll(1);

        assertThat(again.stored()).isEqualTo("again");
        assertThat(batches.mostInFlight()).isEqualTo(1);
    }

    /// A draft that comes in the very moment in which the last batch ends is not left lying. As often as is
    /// possible within a second.
    @Test
    void write_justWhenABatchEnds_isWritten() throws Exception {
        var round = new AtomicInteger();
        var ended = new AtomicInteger();
        var ender = Thread.ofPlatform().daemon().start(() -> {
            for (int i = 1; i <= ROUNDS && awaitRound(round, i); i++) {
                batches.next().store();
                ended.set(i);
            }
        });
        var end = System.nanoTime() + Duration.ofSeconds(1).toNanos();

        for (int i = 1; i <= ROUNDS && System.nanoTime() < end; i++) {
            send("in flight");
            round.set(i);
            var answer = send("just then");
            awaitRound(ended, i);
            batches.next().store();
            assertThat(answer.isOpen()).as("round %d", i).isFalse();
        }
        ender.interrupt();
    }

    /// What is awaited comes at once, unless the other thread has to wait for a processor; false if it does not
    /// come any more.
    private static boolean awaitRound(AtomicInteger counter, int round) {
        for (int spins = 0; counter.get() < round && !Thread.currentThread().isInterrupted(); spins++) {
            if (spins < 10_000) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(1_000);
            }
        }
        return counter.get() >= round;
    }

    /// The batches end on a thread of their own, as with a real connection, stored or failed by chance. A
    /// wake-up that is lost shows as a draft that is never answered: nobody comes after the last.
    @Test
    void write_manyThreads_answersEachExactlyOnce() throws Exception {
        for (int round = 0; round < 20; round++) {
            var seed = new Random().nextLong();
            try (var connection = Executors.newSingleThreadExecutor()) {
                var random = new Random(seed);
                var fake = new FakeBatchWriter(batch -> connection.execute(() -> endByChance(batch, random)));
                var answers = sendFromManyThreads(writer(fake, 50, 1_000_000));

                await("seed " + seed)
                        .atMost(Duration.ofSeconds(10))
                        .pollInterval(Duration.ofMillis(2))
                        .until(() -> answers.stream().noneMatch(Answer::isOpen));
                assertThat(fake.mostInFlight()).as("seed %d", seed).isEqualTo(1);
                assertThat(answers).as("seed %d", seed).allMatch(Answer::isRight);
            }
        }
    }

    private static void endByChance(FakeBatchWriter.Held batch, Random random) {
        switch (random.nextInt(100)) {
            case 0 -> batch.fail(new R2dbcNonTransientResourceException("gone", "57P01"));
            case 1, 2, 3, 4, 5 -> batch.fail(dataError("23514"));
            default -> batch.store();
        }
    }

    private static List<Answer> sendFromManyThreads(MessageWriter writer) throws InterruptedException {
        var threads = new ArrayList<Thread>();
        var answers = new ArrayList<Answer>();
        for (int t = 0; t < 6; t++) {
            var mine = IntStream.range(0, 200).mapToObj(_ -> new Answer()).toList();
            var author = t;
            answers.addAll(mine);
            threads.add(Thread.ofPlatform().unstarted(() -> sendInTurn(writer, author, mine)));
        }
        threads.forEach(Thread::start);
        for (var thread : threads) {
            thread.join();
        }
        return answers;
    }

    /// Now and then the sender waits for all it has sent, so that the writer often comes to rest.
    private static void sendInTurn(MessageWriter writer, int author, List<Answer> answers) {
        var random = ThreadLocalRandom.current();
        for (int i = 0; i < answers.size(); i++) {
            var answer = answers.get(i);
            var key = random.nextBoolean() ? "k" + random.nextInt(3) : null;
            writer.write(draft(author, "m" + i, key)).subscribe(answer::succeeded, answer::failed);
            if (i % 8 == 7) {
                awaitAnswer(answer);
            }
        }
    }

    private static void awaitAnswer(Answer answer) {
        var end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (answer.isOpen() && System.nanoTime() < end) {
            LockSupport.parkNanos(10_000);
        }
    }

    /// What one sender was told, and how often.
    private static final class Answer {

        private final List<Object> told = new ArrayList<>();

        synchronized void succeeded(Outcome outcome) {
            told.add(outcome);
        }

        synchronized void failed(Throwable problem) {
            told.add(problem);
        }

        synchronized boolean isOpen() {
            return told.isEmpty();
        }

        synchronized boolean isRight() {
            return told.size() == 1
                    && (told.getFirst() instanceof Stored
                            || told.getFirst() instanceof R2dbcDataIntegrityViolationException
                            || refusal() == ErrorCode.UNAVAILABLE);
        }

        @Nullable
        String stored() {
            return outcome() instanceof Stored(var message) ? message.contents() : null;
        }

        synchronized Outcome outcome() {
            assertThat(told).singleElement().isInstanceOf(Outcome.class);
            return (Outcome) told.getFirst();
        }

        synchronized Throwable problem() {
            assertThat(told).singleElement().isInstanceOf(Throwable.class);
            return (Throwable) told.getFirst();
        }

        @Nullable
        ErrorCode refusal() {
            return problem() instanceof Refused refused ? refused.code() : null;
        }
    }

    private MessageWriter writer(BatchWriter batchWriter) {
        return writer(batchWriter, MAX_BATCH, MAX_WAITING);
    }

    private MessageWriter writer(BatchWriter batchWriter, int maxBatch, int maxWaiting) {
        return new MessageWriter(batchWriter, log, properties(maxBatch, maxWaiting), clock, time, new AfterAnswer());
    }

    private MessageWriter writer(MessageProperties properties) {
        return new MessageWriter(batches, log, properties, clock, time, new AfterAnswer());
    }

    private static MessageProperties properties(int maxBatch, int maxWaiting) {
        return properties(maxBatch, maxWaiting, Duration.ZERO);
    }

    private static MessageProperties properties(int maxBatch, int maxWaiting, Duration spacing) {
        var settings = Map.of(
                "koine.message.max-batch",
                maxBatch,
                "koine.message.max-waiting",
                maxWaiting,
                "koine.message.batch-spacing",
                spacing);
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("koine.message", MessageProperties.class);
    }

    private Answer send(String contents) {
        return send(draft(1, contents, null));
    }

    private Answer send(Draft draft) {
        var answer = new Answer();
        writer.write(draft).subscribe(answer::succeeded, answer::failed);
        return answer;
    }

    private List<Answer> sendAll(String... contents) {
        return List.of(contents).stream().map(this::send).toList();
    }

    private void storeAll(int batchCount) {
        for (int i = 0; i < batchCount; i++) {
            batches.next().store();
        }
    }

    private static Draft draft(long author, String contents, @Nullable String key) {
        return new Draft(new AccountId(author), new ChatId(1), contents, key, 0);
    }

    private static R2dbcDataIntegrityViolationException dataError(String sqlState) {
        return new R2dbcDataIntegrityViolationException("refused", sqlState);
    }
}
