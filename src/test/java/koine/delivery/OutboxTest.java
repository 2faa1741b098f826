package koine.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class OutboxTest {

    private final AtomicInteger room = new AtomicInteger();
    private final Outbox outbox = outbox(4, 1_000);

    @Test
    void offer_asManyFramesAsAllowed_isRefusedAfterwards() {
        assertThat(IntStream.range(0, 6).mapToObj(n -> outbox.offer(frame(n))))
                .containsExactly(true, true, true, true, false, false);

        outbox.flush();

        assertThat(numbers(drained())).containsExactly(0, 1, 2, 3);
    }

    @Test
    void offer_asManyBytesAsAllowed_isRefusedAfterwards() {
        var small = outbox(100, 10);

        assertThat(small.offer(new Frame(new byte[6]))).isTrue();
        assertThat(small.offer(new Frame(new byte[5]))).isFalse();
        assertThat(small.offer(new Frame(new byte[4]))).isTrue();
        assertThat(small.offer(new Frame(new byte[1]))).isFalse();
    }

    @Test
    void offer_afterSomethingWasTaken_hasRoomForAsMuchAgain() {
        IntStream.range(0, 4).forEach(n -> outbox.offer(frame(n)));

        StepVerifier.create(outbox, 0)
                .thenRequest(2)
                .expectNextCount(2)
                .then(() -> assertThat(IntStream.range(4, 7).mapToObj(n -> outbox.offer(frame(n))))
                        .containsExactly(true, true, false))
                .thenRequest(10)
                .then(outbox::flush)
                .expectNextCount(4)
                .thenCancel()
                .verify(Duration.ofSeconds(5));
    }

    @Test
    void offer_bytesTaken_areCountedBack() {
        var small = outbox(100, 10);
        small.offer(new Frame(new byte[10]));

        StepVerifier.create(small)
                .expectNextCount(1)
                .then(() -> assertThat(small.offer(new Frame(new byte[10]))).isTrue())
                .then(small::flush)
                .expectNextCount(1)
                .thenCancel()
                .verify(Duration.ofSeconds(5));
    }

    @Test
    void put_pastTheBounds_isQueued() {
        IntStream.range(0, 10).forEach(n -> outbox.put(frame(n)));

        assertThat(numbers(drained())).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void flush_notCalled_nothingIsWritten() {
        var taken = new ArrayList<Integer>();
        outbox.subscribe(oneByOne(taken));

        outbox.offer(frame(1));
        outbox.put(frame(2));
        assertThat(taken).isEmpty();
        outbox.flush();

        assertThat(taken).containsExactly(1, 2);
    }

    @Test
    void request_none_givesNothingAndWhatIsAskedForLater() {
        IntStream.range(0, 4).forEach(n -> outbox.offer(frame(n)));

        StepVerifier.create(outbox.map(OutboxTest::number), 0)
                .expectSubscription()
                .then(outbox::flush)
                .expectNoEvent(Duration.ofMillis(50))
                .thenRequest(1)
                .expectNext(0)
                .then(outbox::flush)
                .expectNoEvent(Duration.ofMillis(50))
                .thenRequest(2)
                .expectNext(1, 2)
                .expectNoEvent(Duration.ofMillis(50))
                .thenRequest(Long.MAX_VALUE)
                .expectNext(3)
                .then(() -> outbox.offer(frame(4)))
                .then(outbox::flush)
                .expectNext(4)
                .thenCancel()
                .verify(Duration.ofSeconds(5));
    }

    @Test
    void request_oneAtFirst_givesOne() {
        IntStream.range(0, 3).forEach(n -> outbox.offer(frame(n)));

        StepVerifier.create(outbox.map(OutboxTest::number), 1)
                .expectNext(0)
                .expectNoEvent(Duration.ofMillis(50))
                .thenRequest(1)
                .expectNext(1)
                .thenCancel()
                .verify(Duration.ofSeconds(5));
    }

    @Test
    void request_moreThanThereIs_isRememberedForWhatComes() {
        StepVerifier.create(outbox.map(OutboxTest::number), 3)
                .then(() -> write(0))
                .expectNext(0)
                .then(() -> write(1))
                .then(() -> write(2))
                .then(() -> write(3))
                .expectNext(1, 2)
                .expectNoEvent(Duration.ofMillis(50))
                .thenCancel()
                .verify(Duration.ofSeconds(5));
    }

    @Test
    void request_fromWithinOnNext_givesTheRestInOrder() {
        IntStream.range(0, 5_000).forEach(n -> outbox.put(frame(n)));

        var taken = new ArrayList<Integer>();
        outbox.subscribe(oneByOne(taken));

        assertThat(taken).isEqualTo(IntStream.range(0, 5_000).boxed().toList());
    }

    @Test
    void offerState_whileAnOlderOneWaits_takesItsPlace() {
        outbox.offer(frame(1));
        outbox.offerState("a", frame(2));
        outbox.offerState("b", frame(3));

        assertThat(outbox.offerState("a", frame(4))).isTrue();

        assertThat(numbers(drained())).containsExactly(1, 4, 3);
    }

    @Test
    void offerState_theOlderOneWasTaken_isQueuedAnew() {
        outbox.offerState("a", frame(1));
        outbox.flush();

        StepVerifier.create(outbox.map(OutboxTest::number))
                .expectNext(1)
                .then(() -> outbox.offerState("a", frame(2)))
                .then(outbox::flush)
                .expectNext(2)
                .thenCancel()
                .verify(Duration.ofSeconds(5));
    }

    @Test
    void offerState_overHalfFull_isDroppedUnlessItReplacesOne() {
        outbox.offerState("a", frame(1));
        IntStream.range(2, 4).forEach(n -> outbox.offer(frame(n)));

        assertThat(outbox.offerState("b", frame(4))).isFalse();
        assertThat(outbox.offerState("a", frame(5))).isTrue();

        assertThat(numbers(drained())).containsExactly(5, 2, 3);
    }

    /// What is counted when it is queued is counted back when it is taken, whatever the size of what came in
    /// its place.
    @Test
    void offerState_replacedByALargerOne_leavesTheCountOfBytesRight() {
        var small = outbox(100, 10);
        small.subscribe(oneByOne(new ArrayList<>()));

        for (int n = 0; n < 20; n++) {
            small.offerState("a", frame(n));
            small.offerState("a", new Frame(new byte[9]));
            small.flush();
        }

        assertThat(small.offer(new Frame(new byte[11]))).isFalse();
        assertThat(small.offer(new Frame(new byte[10]))).isTrue();
    }

    @Test
    void offerEphemeral_overHalfFull_isDropped() {
        assertThat(IntStream.range(0, 5).mapToObj(n -> outbox.offerEphemeral(frame(n))))
                .containsExactly(true, true, true, false, false);

        assertThat(numbers(drained())).containsExactly(0, 1, 2);
    }

    @Test
    void beat_whileOneWaits_isQueuedOnce() {
        outbox.beat();
        outbox.offer(frame(1));
        outbox.beat();

        assertThat(drained()).hasSize(2).startsWith(Frame.BEAT);
        assertThat(outbox.takenCount()).isEqualTo(2);
        assertThat(outbox.isEmpty()).isTrue();
    }

    @Test
    void write_taken_completes() {
        var done = new AtomicInteger();
        outbox.write(frame(1)).doOnSuccess(_ -> done.incrementAndGet()).subscribe();
        assertThat(done).hasValue(0);

        StepVerifier.create(outbox, 0)
                .expectSubscription()
                .then(() -> assertThat(done).hasValue(0))
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> assertThat(done).hasValue(1))
                .thenCancel()
                .verify(Duration.ofSeconds(5));
    }

    @Test
    void write_fullQueue_isQueuedBehindTheRest() {
        IntStream.range(0, 4).forEach(n -> outbox.offer(frame(n)));

        write(4);

        assertThat(numbers(drained())).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void complete_withFramesWaiting_comesAfterThem() {
        IntStream.range(0, 3).forEach(n -> outbox.offer(frame(n)));

        StepVerifier.create(outbox.map(OutboxTest::number), 2)
                .expectNext(0, 1)
                .then(outbox::complete)
                .expectNoEvent(Duration.ofMillis(50))
                .thenRequest(1)
                .expectNext(2)
                .verifyComplete();
    }

    @Test
    void complete_emptyAndNothingAskedFor_completesAtOnce() {
        StepVerifier.create(outbox, 0).then(outbox::complete).verifyComplete();
    }

    @Test
    void complete_beforeItIsSubscribed_givesTheRestAndCompletes() {
        outbox.offer(frame(7));
        outbox.complete();

        StepVerifier.create(outbox.map(OutboxTest::number)).expectNext(7).verifyComplete();
    }

    @Test
    void cancel_writersWaiting_areReleased() {
        var done = new AtomicInteger();
        IntStream.range(0, 3)
                .forEach(n -> outbox.write(frame(n))
                        .doOnSuccess(_ -> done.incrementAndGet())
                        .subscribe());

        StepVerifier.create(outbox, 1).expectNextCount(1).thenCancel().verify(Duration.ofSeconds(5));

        assertThat(done).hasValue(3);
    }

    @Test
    void write_afterTheEnd_completesAtOnce() {
        StepVerifier.create(outbox).thenCancel().verify(Duration.ofSeconds(5));

        StepVerifier.create(outbox.write(frame(1))).expectComplete().verify(Duration.ofSeconds(5));
    }

    @Test
    void cancel_thenOffered_keepsNothing() {
        StepVerifier.create(outbox).thenCancel().verify(Duration.ofSeconds(5));

        IntStream.range(0, 4).forEach(n -> outbox.offer(frame(n)));
        outbox.flush();

        assertThat(outbox.offer(frame(4))).isTrue(); // the four before it no longer count
    }

    @Test
    void subscribe_aSecondTime_isAnErrorAndLeavesTheFirstAlone() {
        StepVerifier.create(outbox.map(OutboxTest::number))
                .then(() -> StepVerifier.create(outbox)
                        .expectError(IllegalStateException.class)
                        .verify(Duration.ofSeconds(5)))
                .then(() -> write(1))
                .expectNext(1)
                .thenCancel()
                .verify(Duration.ofSeconds(5));
    }

    @Test
    void onRoom_queueOverHalfFull_isNotCalledUntilItIsNot() {
        IntStream.range(0, 4).forEach(n -> outbox.offer(frame(n)));
        outbox.flush();
        assertThat(room).hasValue(0);

        StepVerifier.create(outbox, 1)
                .expectNextCount(1)
                .then(() -> assertThat(room).hasValue(0))
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> assertThat(room).hasPositiveValue())
                .thenCancel()
                .verify(Duration.ofSeconds(5));
    }

    @Test
    void onRoom_tooManyBytes_isNotCalledUntilTheyAreTaken() {
        var small = outbox(100, 10);
        small.put(new Frame(new byte[100]));
        small.put(new Frame(new byte[6]));

        StepVerifier.create(small, 1)
                .expectNextCount(1)
                .then(() -> assertThat(room).hasValue(0))
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> assertThat(room).hasPositiveValue())
                .thenCancel()
                .verify(Duration.ofSeconds(5));
    }

    @Test
    void onRoom_fillsTheQueueAgain_goesOnUntilNothingIsLeft() {
        var next = new AtomicInteger();
        var refilled = new AtomicReference<@Nullable Outbox>();
        var self = new Outbox(4, 1_000, () -> refill(refilled.get(), next));
        refilled.set(self);

        var taken = new ArrayList<Integer>();
        self.subscribe(oneByOne(taken));

        assertThat(taken).isEqualTo(IntStream.range(0, 1_000).boxed().toList());
    }

    @Test
    void onRoom_afterTheEnd_isNotCalled() {
        StepVerifier.create(outbox).thenCancel().verify(Duration.ofSeconds(5));
        room.set(0);

        outbox.put(frame(1));
        outbox.flush();

        assertThat(room).hasValue(0);
    }

    /// Eight producers, by all three ways in, and a subscriber that asks for a few at a time on a thread of its
    /// own.
    @Test
    void concurrentProducers_nothingIsLostOrReordered() throws InterruptedException {
        var producers = 8;
        var each = 20_000;
        var wide = new Outbox(Integer.MAX_VALUE, Long.MAX_VALUE, room::incrementAndGet);
        var taken = new ArrayList<ArrayList<Integer>>();
        IntStream.range(0, producers).forEach(_ -> taken.add(new ArrayList<>()));
        var all = new CountDownLatch(producers * each);

        wide.publishOn(Schedulers.boundedElastic(), 3).subscribe(frame -> {
            taken.get(number(frame) / each).add(number(frame));
            all.countDown();
        });
        inParallel(producers, producer -> {
            for (int n = producer * each; n < (producer + 1) * each; n++) {
                fill(wide, frame(n), n);
            }
            wide.flush();
        });

        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        for (int producer = 0; producer < producers; producer++) {
            assertThat(taken.get(producer))
                    .isEqualTo(IntStream.range(producer * each, (producer + 1) * each)
                            .boxed()
                            .toList());
        }
    }

    @Test
    void cancel_whileWritersWrite_releasesEveryOneOfThem() throws InterruptedException {
        for (int round = 0; round < 200; round++) {
            var box = outbox(4, 1_000);
            var subscription = new AtomicReference<@Nullable Subscription>();
            box.doOnSubscribe(subscription::set).subscribe(new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription first) {
                    first.request(5);
                }
            });
            var released = new CountDownLatch(3 * 10);

            inParallel(4, thread -> {
                if (thread == 3) {
                    Objects.requireNonNull(subscription.get()).cancel();
                    return;
                }
                for (int n = 0; n < 10; n++) {
                    box.write(frame(n)).subscribe(null, null, released::countDown);
                }
            });

            assertThat(released.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void fill(Outbox outbox, Frame frame, int n) {
        switch (n % 3) {
            case 0 -> assertThat(outbox.offer(frame)).isTrue();
            case 1 -> outbox.put(frame);
            default -> outbox.write(frame).subscribe();
        }
        if (ThreadLocalRandom.current().nextInt(10) == 0) {
            outbox.flush();
        }
    }

    private static void refill(@Nullable Outbox outbox, AtomicInteger next) {
        if (outbox != null && next.get() < 1_000) {
            outbox.put(frame(next.getAndIncrement()));
            outbox.put(frame(next.getAndIncrement()));
            outbox.flush();
        }
    }

    private static BaseSubscriber<Frame> oneByOne(List<Integer> taken) {
        return new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(1);
            }

            @Override
            protected void hookOnNext(Frame frame) {
                taken.add(number(frame));
                request(1);
            }
        };
    }

    private Outbox outbox(int frames, long bytes) {
        return new Outbox(frames, bytes, room::incrementAndGet);
    }

    private void write(int n) {
        outbox.write(frame(n)).subscribe();
    }

    private List<Frame> drained() {
        outbox.complete();
        return Objects.requireNonNull(outbox.collectList().block(Duration.ofSeconds(5)));
    }

    private static List<Integer> numbers(List<Frame> frames) {
        return frames.stream().map(OutboxTest::number).toList();
    }

    private static Frame frame(int n) {
        return new Frame(ByteBuffer.allocate(Integer.BYTES).putInt(n).array());
    }

    private static int number(Frame frame) {
        return ByteBuffer.wrap(frame.bytes()).getInt();
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
}
