package koine.log;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// Work in the background that may wait a little: done soon after it is called for, and now and then even if
/// nobody does, for what was left undone by a server that is gone. One round at a time, with a rest after each step
/// that depends on how long it took; what fails is logged and tried again.
///
/// Every server does it: whoever writes the work sees to it that two do not get into each other's way.
public final class Chore {

    private static final Logger log = LoggerFactory.getLogger(Chore.class);

    /// After a step it rests for so many times as long before the next one, so that it has at most a third of a
    /// processor, and of the disk, of those who wait for an answer.
    private static final int REST_TIMES = 2;

    private final String name;
    private final Duration pause;
    private final long ticksOfRest;
    private final Supplier<Mono<Boolean>> step;
    private final AtomicBoolean called = new AtomicBoolean();
    private volatile Sinks.Empty<Void> stopping = Sinks.empty();
    private volatile Sinks.Empty<Void> ended = Sinks.empty();
    private volatile boolean running;

    /// @param name  what is done, in words for the log
    /// @param pause between two rounds while it is called for
    /// @param rest  after which it is done even if nobody has called for it
    /// @param step  a part of it, and a short one, since others wait meanwhile; gives whether there is more to do
    public Chore(String name, Duration pause, Duration rest, Supplier<Mono<Boolean>> step) {
        this.name = name;
        this.pause = pause;
        this.ticksOfRest = Math.max(1, rest.dividedBy(pause));
        this.step = step;
    }

    /// Has it done soon. Never blocks.
    public void call() {
        called.set(true);
    }

    /// Begins with what was left undone.
    void start() {
        stopping = Sinks.empty();
        ended = Sinks.empty();
        running = true;
        Flux.interval(Duration.ZERO, pause)
                .onBackpressureDrop()
                .takeUntilOther(stopping.asMono())
                .filter(this::isDue)
                .concatMap(_ -> round().onErrorResume(this::later))
                .subscribe(_ -> {}, _ -> {}, ended::tryEmitEmpty);
    }

    /// Begins no further step.
    void stop() {
        running = false;
        stopping.tryEmitEmpty();
    }

    /// Completes when the last step is done that was begun before [#stop].
    Mono<Void> ended() {
        return ended.asMono();
    }

    boolean isRunning() {
        return running;
    }

    private boolean isDue(long tick) {
        return called.getAndSet(false) || tick % ticksOfRest == 0;
    }

    private Mono<Void> round() {
        return Mono.defer(step)
                .elapsed()
                .flatMap(done -> done.getT2() ? rest(Duration.ofMillis(done.getT1())) : Mono.just(false))
                .repeat(() -> running)
                .takeWhile(Boolean::booleanValue)
                .then();
    }

    private Mono<Boolean> rest(Duration step) {
        return Mono.firstWithSignal(Mono.delay(step.multipliedBy(REST_TIMES)).then(), stopping.asMono())
                .thenReturn(true);
    }

    private Mono<Void> later(Throwable problem) {
        log.warn("{} failed and will be tried again: {}", name, problem.toString());
        call();
        return Mono.empty();
    }
}
