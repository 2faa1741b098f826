package koine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.r2dbc.spi.ConnectionFactories;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import koine.kernel.ChatId;
import koine.kernel.MessageId;
import koine.log.Event.MessageDeleted;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class LogTailTest {

    /// Longer than any test takes, so that nothing is found by it.
    private static final Duration NEVER = Duration.ofHours(1);

    private final FakeStore store = new FakeStore();
    private final Listener listener = new Listener();
    private LogTail tail = tail(NEVER);

    @AfterEach
    void stop() {
        tail.stop();
    }

    @Test
    void accept_inOrder_givesThemAtOnce() {
        startAt(0);

        tail.accept(events(1, 2));
        tail.accept(events(3));

        assertThat(listener.positions).containsExactly(1L, 2L, 3L);
        assertThat(store.reads).hasValue(0);
    }

    @Test
    void accept_anyOrder_givesThemInTheOrderOfTheLog() {
        startAt(0);

        tail.accept(events(3));
        tail.accept(events(2, 5));
        assertThat(listener.positions).isEmpty();
        tail.accept(events(1, 4));

        assertThat(listener.positions).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void accept_repeats_givesEachOnce() {
        startAt(0);

        tail.accept(events(1, 1, 2));
        tail.accept(events(2, 1));
        tail.accept(events(4, 4));
        tail.accept(events(3, 4));

        assertThat(listener.positions).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void start_notAtTheBeginning_givesOnlyWhatComesAfterTheHead() {
        store.commit(1, 7);
        startAt(7);

        tail.accept(events(6, 7, 8));

        assertThat(listener.positions).containsExactly(8L);
        assertThat(tail.epoch()).isEqualTo("e9");
    }

    @Test
    void accept_beforeTheHeadIsKnown_isGivenOnceItIs() {
        var head = Sinks.<Head>one();
        store.head = head.asMono();
        tail.start();

        tail.accept(events(8, 7));
        tail.accept(events(9));
        assertThat(listener.positions).isEmpty();
        head.tryEmitValue(new Head("e9", 7, 0)).orThrow();

        assertThat(listener.positions).containsExactly(8L, 9L);
    }

    @Test
    void accept_holeBeforeTheHeadIsKnown_isFilled() {
        var head = Sinks.<Head>one();
        store.head = head.asMono();
        store.commit(1, 9);
        tail.start();

        tail.accept(events(9));
        head.tryEmitValue(new Head("e9", 6, 0)).orThrow();

        awaitPositions(7, 9);
    }

    @Test
    void accept_hole_isFilledFromTheDatabase() {
        startAt(95);
        store.commit(96, 110);

        tail.accept(events(101, 102, 110));

        awaitPositions(96, 110);
    }

    @Test
    void accept_holeFilledInTime_readsNothing() throws InterruptedException {
        startAt(0);

        tail.accept(events(2));
        tail.accept(events(1));
        Thread.sleep(60); // to let pass the time after which a hole is read

        assertThat(listener.positions).containsExactly(1L, 2L);
        assertThat(store.reads).hasValue(0);
    }

    @Test
    void accept_holeLongerThanAPage_isFilled() {
        startAt(0);
        store.commit(1, 3_500);

        tail.accept(events(3_500));

        awaitPositions(1, 3_500);
    }

    @Test
    void accept_holeNotYetInTheDatabase_isFilledWhenItIs() {
        startAt(0);

        tail.accept(events(3));
        await().untilAtomic(store.reads, reads -> assertThat(reads).isGreaterThan(1));
        assertThat(listener.positions).isEmpty();
        store.commit(1, 3);

        awaitPositions(1, 3);
    }

    @Test
    void accept_positionsRemovedForGood_arePassedOver() {
        startAt(0);
        store.commit(1, 20);
        store.remove(1, 2, 5, 6, 7, 19);

        tail.accept(events(8, 20));

        await().untilAsserted(() -> assertThat(listener.positions).containsExactlyElementsOf(store.positionsAfter(0)));
        assertThat(listener.positions).hasSize(14).endsWith(18L, 20L);
    }

    @Test
    void check_positionsRemovedForGoodOnFullPages_goesOnWithTheNextPage() {
        startAt(0);
        store.commit(1, 5_000);
        store.remove(1, 500, 1_700, 2_500, 2_501, 4_999);

        tail.check();

        await().untilAsserted(() -> assertThat(listener.positions).containsExactlyElementsOf(store.positionsAfter(0)));
    }

    @Test
    void check_newestPositionsRemovedForGood_areNotMissedLater() {
        startAt(0);
        store.commit(1, 5);
        store.remove(4, 5);
        tail.check();
        await().untilAsserted(() -> assertThat(listener.positions).containsExactly(1L, 2L, 3L));

        tail.accept(events(6));

        assertThat(listener.positions).containsExactly(1L, 2L, 3L, 6L);
    }

    @Test
    void check_missingTail_isFound() {
        startAt(3);
        store.commit(4, 6);

        tail.check();

        awaitPositions(4, 6);
    }

    @Test
    void check_whileAnOlderReadIsUnderWay_looksAgain() {
        startAt(0);
        store.commit(1, 1);
        var gate = Sinks.<Void>empty();
        store.gate = gate.asMono();
        tail.check();
        store.gate = Mono.empty();
        store.commit(2, 2); // the read under way has its snapshot already

        tail.check();
        gate.tryEmitEmpty().orThrow();

        awaitPositions(1, 2);
    }

    @Test
    void checkInterval_missingTail_isFoundByItself() {
        tail = tail(Duration.ofMillis(20));
        startAt(3);

        store.commit(4, 6);

        awaitPositions(4, 6);
    }

    @Test
    void look_anotherEpoch_startsAnewAndTellsItsListeners() {
        var told = new AtomicInteger();
        startAt(100);
        tail.follow(new LogListener() {
            @Override
            public void onEvents(List<Event> events) {}

            @Override
            public void onNewEpoch() {
                told.incrementAndGet();
            }
        });
        store.head = Mono.just(new Head("beef", 7, 0));

        tail.look();

        await().untilAtomic(told, count -> assertThat(count).isEqualTo(1));
        assertThat(tail.epoch()).isEqualTo("beef");
        tail.accept(events(8, 9));
        awaitPositions(8, 9);
        tail.look();
        assertThat(told).hasValue(1);
    }

    @Test
    void look_anotherEpochWhileAReadIsUnderWay_whatWasReadIsPassedOver() {
        startAt(50);
        store.commit(51, 60);
        var gate = Sinks.<Void>empty();
        store.gate = gate.asMono();
        tail.check();
        store.gate = Mono.empty();
        store.forgetAll();
        store.head = Mono.just(new Head("beef", 7, 0));
        tail.look();
        assertThat(tail.epoch()).isEqualTo("beef");
        store.commit(8, 9);

        gate.tryEmitEmpty().orThrow();

        awaitPositions(8, 9);
    }

    @Test
    void fill_databaseAway_isTriedAgain() {
        tail = tail(Duration.ofMillis(20));
        startAt(0);
        store.commit(1, 5);
        store.failing = true;

        tail.accept(events(5));
        await().untilAtomic(store.reads, reads -> assertThat(reads).isGreaterThan(2));
        assertThat(listener.positions).isEmpty();
        store.failing = false;

        awaitPositions(1, 5);
    }

    @Test
    void start_databaseAway_isTriedAgain() {
        var tries = new AtomicInteger();
        store.head = Mono.defer(() -> tries.incrementAndGet() < 3
                ? Mono.error(new IllegalStateException("away"))
                : Mono.just(new Head("e9", 4, 0)));

        tail.start();
        tail.started().block(Duration.ofSeconds(5));
        tail.accept(events(4, 5));

        awaitPositions(5, 5);
    }

    @Test
    void accept_moreThanItKeepsOfWhatIsEarly_losesNothing() {
        startAt(0);
        store.commit(1, 25_000);

        for (long position = 25_000; position > 1; position -= 500) {
            tail.accept(events(LongStream.rangeClosed(Math.max(2, position - 499), position)
                    .toArray()));
        }

        awaitPositions(1, 25_000);
    }

    @Test
    void start_afterAStop_goesOnWhereItWas() {
        startAt(0);
        tail.accept(events(1, 2));
        store.commit(1, 3);
        tail.accept(events(9)); // so that it is stopped while it waits for a hole to fill
        tail.stop();
        store.commit(4, 10);

        tail.start();

        awaitPositions(1, 10);
        tail.accept(events(11));
        awaitPositions(1, 11);
    }

    @Test
    void stop_untilStartedAgain_readsNothing() throws InterruptedException {
        tail = tail(Duration.ofMillis(10));
        startAt(0);
        await().untilAtomic(store.reads, reads -> assertThat(reads).isPositive());

        tail.stop();
        var reads = store.reads.get();
        Thread.sleep(60); // six times the interval

        assertThat(store.reads.get()).isLessThanOrEqualTo(reads + 1);
    }

    @Test
    void follow_severalListeners_eachGetsEveryEvent() {
        var other = new Listener();
        tail.follow(other);
        startAt(0);

        tail.accept(events(2));
        tail.accept(events(1, 3));

        assertThat(listener.positions).containsExactly(1L, 2L, 3L);
        assertThat(other.positions).containsExactly(1L, 2L, 3L);
    }

    @Test
    void execute_withinATask_runsAfterIt() {
        var steps = new ArrayList<String>();

        tail.execute(() -> {
            tail.execute(() -> steps.add("inner"));
            steps.add("outer");
        });

        assertThat(steps).containsExactly("outer", "inner");
    }

    @Test
    void execute_aTaskFails_theNextStillRuns() {
        startAt(0);

        tail.execute(() -> {
            throw new IllegalStateException("expected by the test");
        });
        tail.accept(events(1));

        assertThat(listener.positions).containsExactly(1L);
    }

    /// Eight threads tell of 40,000 events in pieces, shuffled, half of them twice, and one in fifty is told of
    /// by nobody; others have tasks run beside them.
    @Test
    void accept_concurrently_givesEachEventOnceInOrderByOneThreadAtATime() throws InterruptedException {
        tail = tail(Duration.ofMillis(20));
        startAt(0);
        var last = 40_000;
        store.commit(1, last);
        var pieces = pieces(last);
        var counter = new int[1]; // not atomic on purpose: only the feed's own order makes its count right
        var tasks = 20_000;

        inParallel(8, thread -> {
            for (int i = thread; i < pieces.size(); i += 8) {
                tail.accept(pieces.get(i));
                if (i % 64 == thread) {
                    tail.check();
                }
            }
            for (int i = 0; i < tasks / 8; i++) {
                tail.execute(() -> counter[0]++);
            }
        });

        awaitPositions(1, last);
        tail.execute(() -> assertThat(counter[0]).isEqualTo(tasks));
        await().untilAsserted(() -> assertThat(counter[0]).isEqualTo(tasks));
        assertThat(listener.overlaps).hasValue(0);
    }

    private static List<List<Event>> pieces(int last) {
        var random = new Random(42);
        var pieces = new ArrayList<List<Event>>();
        for (long from = 1; from <= last; from += 10) {
            var piece = LongStream.range(from, Math.min(from + 10, last + 1L))
                    .filter(_ -> random.nextInt(50) > 0)
                    .mapToObj(LogTailTest::event)
                    .toList();
            pieces.add(piece);
            if (random.nextBoolean()) {
                pieces.add(piece);
            }
        }
        Collections.shuffle(pieces.subList(0, pieces.size() / 2), random);
        Collections.shuffle(pieces.subList(pieces.size() / 2, pieces.size()), random);
        return pieces;
    }

    private static void inParallel(int threads, IntConsumer work) throws InterruptedException {
        var go = new CountDownLatch(1);
        try (var pool = Executors.newFixedThreadPool(threads)) {
            var running = IntStream.range(0, threads)
                    .mapToObj(thread -> pool.submit(() -> {
                        go.await();
                        work.accept(thread);
                        return thread;
                    }))
                    .toList();
            go.countDown();
            for (var thread : running) {
                thread.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    private LogTail tail(Duration checkInterval) {
        var made = new LogTail(store, new LogProperties(checkInterval, NEVER, NEVER));
        made.follow(listener);
        return made;
    }

    private void startAt(long head) {
        store.head = Mono.just(new Head("e9", head, 0));
        tail.start();
        tail.started().block(Duration.ofSeconds(5));
    }

    private void awaitPositions(long first, long last) {
        var expected = LongStream.rangeClosed(first, last).boxed().toList();
        await().until(() -> listener.positions.size() >= expected.size());
        assertThat(listener.positions).isEqualTo(expected);
    }

    private static List<Event> events(long... positions) {
        return Arrays.stream(positions).mapToObj(LogTailTest::event).toList();
    }

    private static Event event(long position) {
        return new MessageDeleted(position, new ChatId(1), new MessageId(position), position);
    }

    private static final class Listener implements LogListener {

        final List<Long> positions = Collections.synchronizedList(new ArrayList<>());
        final AtomicInteger overlaps = new AtomicInteger();
        private @Nullable Thread inside;

        @Override
        public void onEvents(List<Event> events) {
            if (inside != null) {
                overlaps.incrementAndGet();
            }
            inside = Thread.currentThread();
            events.forEach(event -> positions.add(event.position()));
            inside = null;
        }
    }

    /// What is committed, as the database would show it: a page is from one snapshot, taken when it is asked
    /// for.
    private static final class FakeStore extends LogStore {

        private final NavigableMap<Long, Event> committed = new ConcurrentSkipListMap<>();
        private final AtomicInteger reads = new AtomicInteger();
        private final AtomicInteger heads = new AtomicInteger();
        private volatile long clock;
        private volatile boolean failing;
        private volatile Mono<Head> head = Mono.error(new IllegalStateException("no head yet"));
        private volatile Mono<Void> gate = Mono.empty();

        FakeStore() {
            super(DatabaseClient.create(ConnectionFactories.get("r2dbc:postgresql://nobody@localhost:1/none")));
        }

        void commit(long first, long last) {
            LongStream.rangeClosed(first, last).forEach(position -> committed.put(position, event(position)));
            clock = last;
        }

        void remove(long... positions) {
            Arrays.stream(positions).forEach(committed::remove);
        }

        void forgetAll() {
            committed.clear();
            clock = 0;
        }

        List<Long> positionsAfter(long position) {
            return List.copyOf(committed.tailMap(position, false).keySet());
        }

        /// The first answer is where the feed starts; later ones show what was committed since.
        @Override
        Mono<Head> head() {
            return Mono.defer(() -> failing
                    ? Mono.error(() -> new IllegalStateException("away " + reads.incrementAndGet()))
                    : head.map(first -> heads.getAndIncrement() == 0 ? first : later(first)));
        }

        private Head later(Head first) {
            reads.incrementAndGet();
            return new Head(first.epoch(), Math.max(first.position(), clock), 0);
        }

        @Override
        Mono<LogPage> read(long after, int limit) {
            return Mono.defer(() -> {
                reads.incrementAndGet();
                if (failing) {
                    return Mono.error(new IllegalStateException("away"));
                }
                var page = page(after, limit);
                return gate.thenReturn(page).delayElement(Duration.ofMillis(1));
            });
        }

        private LogPage page(long after, int limit) {
            var head = clock;
            var events = committed.tailMap(after, false).headMap(head, true).values().stream()
                    .limit(limit)
                    .toList();
            var full = events.size() >= limit;
            return new LogPage(events, full ? events.getLast().position() : Math.max(head, after), full, 0);
        }
    }
}
