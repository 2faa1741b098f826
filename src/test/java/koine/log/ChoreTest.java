package koine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
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
