package koine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class GroupWriterTest {

    private final List<List<Integer>> groups = new CopyOnWriteArrayList<>();
    private final List<Sinks.Empty<Void>> ends = new CopyOnWriteArrayList<>();

    @Test
    void offer_alone_isWrittenAtOnce() {
        var writer = held(10, 10);

        assertThat(writer.offer(1)).isTrue();

        assertThat(groups).containsExactly(List.of(1));
    }

    @Test
    void offer_whileAGroupIsOnItsWay_goesInTheNextWithAllOthers() {
        var writer = held(10, 3);
        IntStream.rangeClosed(1, 6).forEach(writer::offer);
        assertThat(groups).containsExactly(List.of(1));

        ends.get(0).tryEmitEmpty();
        assertThat(groups).containsExactly(List.of(1), List.of(2, 3, 4));

        ends.get(1).tryEmitEmpty();
        assertThat(groups).containsExactly(List.of(1), List.of(2, 3, 4), List.of(5, 6));
    }

    @Test
    void offer_tooManyWaiting_isRefusedUntilThereIsRoom() {
        var writer = held(2, 10);
        writer.offer(1);
        writer.offer(2);
        writer.offer(3);

        assertThat(writer.offer(4)).isFalse();
        ends.get(0).tryEmitEmpty();
        assertThat(writer.offer(5)).isTrue();
        ends.get(1).tryEmitEmpty();

        assertThat(groups).containsExactly(List.of(1), List.of(2, 3), List.of(5));
    }

    @Test
    void offer_groupFails_nextGoesAllTheSame() {
        var writer = held(10, 10);
        writer.offer(1);
        writer.offer(2);

        ends.get(0).tryEmitError(new IllegalStateException("on purpose"));

        assertThat(groups).containsExactly(List.of(1), List.of(2));
    }

    @Test
    void offer_writeThrows_nextGoesAllTheSame() {
        var writer = new GroupWriter<Integer>(10, 10, group -> {
            groups.add(group);
            throw new IllegalStateException("on purpose");
        });

        writer.offer(1);
        writer.offer(2);

        assertThat(groups).containsExactly(List.of(1), List.of(2));
    }

    @Test
    void offer_writeNeverEnds_isGivenUpAndTheNextGoes() {
        var writer = new GroupWriter<Integer>(10, 10, Duration.ZERO, Duration.ofMillis(50), group -> {
            groups.add(group);
            return Mono.never();
        });

        writer.offer(1);
        writer.offer(2);

        await().atMost(Duration.ofSeconds(10)).until(() -> groups.size() == 2);
    }

    @Test
    void offer_soonAfterAGroupHasBegun_goesTogetherWithWhatComesInThatTime() {
        var apart = Duration.ofMillis(300);
        var begun = new CopyOnWriteArrayList<Long>();
        long start = System.nanoTime();
        var writer = new GroupWriter<Integer>(10, 10, apart, group -> {
            begun.add(System.nanoTime());
            groups.add(group);
            return Mono.empty();
        });

        writer.offer(1);
        writer.offer(2);
        writer.offer(3);

        await().atMost(Duration.ofSeconds(10)).until(() -> groups.size() == 2);
        assertThat(groups).containsExactly(List.of(1), List.of(2, 3));
        assertThat(begun.get(1) - start).isGreaterThanOrEqualTo(apart.toNanos());
    }

    @Test
    void offer_groupIsFullAtTheEndOfTheLast_goesAtOnce() {
        var ended = Sinks.<Void>empty();
        var writer = new GroupWriter<Integer>(10, 2, Duration.ofDays(1), group -> {
            groups.add(group);
            return ended.asMono();
        });
        writer.offer(1);
        writer.offer(2);
        writer.offer(3);

        ended.tryEmitEmpty();

        assertThat(groups).containsExactly(List.of(1), List.of(2, 3));
    }

    @Test
    void offer_byManyThreads_writesEachOnceNeverTwoGroupsAtATime() throws InterruptedException {
        var written = new CopyOnWriteArrayList<Integer>();
        var atATime = new AtomicInteger();
        var most = new AtomicInteger();
        var writer = new GroupWriter<Integer>(
                100_000,
                50,
                group -> Mono.<Void>fromRunnable(() -> {
                            most.accumulateAndGet(atATime.incrementAndGet(), Math::max);
                            written.addAll(group);
                            atATime.decrementAndGet();
                        })
                        .delaySubscription(Duration.ofNanos(1)));

        var threads = new ArrayList<Thread>();
        for (int t = 0; t < 8; t++) {
            int from = t * 1_000;
            threads.add(Thread.ofPlatform()
                    .start(() -> IntStream.range(from, from + 1_000).forEach(writer::offer)));
        }
        for (var thread : threads) {
            thread.join();
        }

        await().atMost(Duration.ofSeconds(15)).until(() -> written.size() >= 8_000);
        assertThat(written).doesNotHaveDuplicates().hasSize(8_000);
        assertThat(most).hasValue(1);
    }

    /// Its groups end when the test says so.
    private GroupWriter<Integer> held(int maxWaiting, int maxGroup) {
        return new GroupWriter<>(maxWaiting, maxGroup, group -> {
            groups.add(group);
            var end = Sinks.<Void>empty();
            ends.add(end);
            return end.asMono();
        });
    }
}
