package koine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class ChoreTest {

    private static final Duration SOON = Duration.ofMillis(5);
    private static final Duration NEVER = Duration.ofHours(1);

    private final AtomicInteger begun = new AtomicInteger();
    private final Sinks.One<Boolean> step = Sinks.one();
    private final Chore chore = new Chore("Testing", SOON, NEVER, () -> {
        begun.incrementAndGet();
        return step.asMono();
    });
    private final Background service = () -> List.of(chore);

    @AfterEach
    void stop() {
        service.stop();
    }

    @Test
    void stop_whileAStepIsBeingDone_waitsForItAndBeginsNoOther() {
        var stopped = new AtomicBoolean();
        service.start();
        await().until(() -> begun.get() == 1);

        service.stop(() -> stopped.set(true));
        assertThat(stopped).isFalse();
        assertThat(service.isRunning()).isFalse();
        step.tryEmitValue(true);

        await().untilTrue(stopped);
        assertThat(begun).hasValue(1);
    }

    @Test
    void start_afterAStop_doesWhatWasLeftUndone() {
        step.tryEmitValue(false);
        service.start();
        await().until(() -> begun.get() == 1);
        service.stop();

        service.start();

        await().until(() -> begun.get() == 2);
        assertThat(service.isRunning()).isTrue();
    }

    @Test
    void step_withMoreToDo_restsForTwiceAsLongAsItTook() {
        var beginnings = new CopyOnWriteArrayList<Long>();
        var other = new Chore("Resting", SOON, NEVER, () -> {
            beginnings.add(System.nanoTime());
            return Mono.delay(Duration.ofMillis(100)).map(_ -> beginnings.size() < 2);
        });

        other.start();

        await().until(() -> beginnings.size() == 2);
        other.stop();
        assertThat(Duration.ofNanos(beginnings.get(1) - beginnings.get(0))).isGreaterThan(Duration.ofMillis(290));
    }

    @Test
    void stop_whileItRests_doesNotWaitForTheRest() {
        var done = new AtomicInteger();
        var other = new Chore(
                "Resting", SOON, NEVER, () -> Mono.delay(Duration.ofSeconds(1)).map(_ -> done.incrementAndGet() > 0));
        Background ofOther = () -> List.of(other);
        var stopped = new AtomicBoolean();
        other.start();
        await().until(() -> done.get() == 1);

        ofOther.stop(() -> stopped.set(true));

        await().atMost(Duration.ofSeconds(1)).untilTrue(stopped);
        assertThat(done).hasValue(1);
    }

    @Test
    void step_thatFails_isTriedAgain() {
        var failing = new AtomicInteger();
        var other = new Chore("Failing", SOON, NEVER, () -> {
            failing.incrementAndGet();
            return Mono.error(new IllegalStateException("no"));
        });

        other.start();

        await().until(() -> failing.get() > 1);
        other.stop();
    }
}
