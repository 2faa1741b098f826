package koine.log;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/// This server's feed of the log: takes committed events in any order, with repeats and with holes, and gives
/// them to its listeners once each and in strict order of position. A hole is known by its number and filled
/// from Postgres; what is missing at the end is found by looking at the clock now and then.
///
/// It is also the one thread, so to speak, in which what follows the log may keep its state without locks:
/// tasks given to [#execute] run between two batches, never beside one.
@Component
public class LogTail implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(LogTail.class);

    /// Commits that overtook one another in this server arrive well within this time; a hole that is older is
    /// read.
    private static final Duration HOLE_GRACE = Duration.ofMillis(20);

    private static final int PAGE = 1_000;

    private final LogStore store;
    private final LogProperties properties;
    private final List<LogListener> listeners = new CopyOnWriteArrayList<>();
    private final SerialTasks tasks = new SerialTasks("the log's feed");
    private final Sinks.Empty<Void> started = Sinks.empty();
    private volatile Disposable.Composite background = Disposables.composite();
    private volatile Disposable.Swap filler = Disposables.swap();
    private volatile boolean running;
    private volatile @Nullable String epoch;
    private final LongAdder delivered = new LongAdder();
    private volatile long behind;

    // the following only inside a task
    private final EventOrder order = new EventOrder();
    private boolean waiting;
    private boolean reading;

    /// Somebody asked for a look while a read was under way, whose snapshot may be too old for it.
    private boolean readAgain;

    LogTail(LogStore store, LogProperties properties) {
        this.store = store;
        this.properties = properties;
    }

    /// Gives the listener every event that the feed delivers from now on.
    public void follow(LogListener listener) {
        listeners.add(listener);
    }

    /// Completes once the feed follows the log: from then on nothing that is committed is missed.
    public Mono<Void> started() {
        return started.asMono();
    }

    /// The epoch of the positions that the feed delivers. To be asked only once the feed has started.
    String epoch() {
        return Objects.requireNonNull(epoch, "the feed has not started");
    }

    /// Runs the task between two batches of events, at once if the feed is idle. It must not block.
    public void execute(Runnable task) {
        tasks.execute(task);
    }

    /// The position up to which everything has been delivered. To be asked only inside a task of the feed that
    /// has started.
    public long position() {
        return order.position();
    }

    /// How many events have been delivered.
    long delivered() {
        return delivered.sum();
    }

    /// How many positions are known to be in use beyond the one up to which everything has been delivered.
    long behind() {
        return behind;
    }

    void accept(List<Event> events) {
        if (!events.isEmpty()) {
            execute(() -> arrived(events));
        }
    }

    /// There are events up to this position; those that have not come by themselves are read, at once.
    void hint(long head) {
        execute(() -> {
            order.noteSeen(head);
            behind = order.behind();
            if (order.isBehind()) {
                fill();
            }
        });
    }

    /// Looks into the database for events that nobody told this server of.
    void check() {
        execute(this::fill);
    }

    /// Looks at the log's head: for events that nobody told this server of, and whether the log is still the one
    /// that this server has followed.
    void look() {
        store.head().onErrorComplete().subscribe(head -> execute(() -> looked(head)));
    }

    private void looked(Head head) {
        if (order.hasBegun() && !head.epoch().equals(epoch)) {
            startAnew(head);
        } else {
            hint(head.position());
        }
    }

    /// The database was restored, or another one has taken its place: positions may mean other events now.
    private void startAnew(Head head) {
        log.warn("The log is another one since position {}: clients have to load anew", head.position());
        order.forgetAll();
        startAt(head);
        listeners.forEach(LogListener::onNewEpoch);
    }

    /// Follows the log from its head on, or after a [#stop] from where it was.
    @Override
    public void start() {
        running = true;
        filler = Disposables.swap();
        background = Disposables.composite(filler);
        execute(this::goOn);
        background.add(
                Flux.interval(properties.checkInterval()).onBackpressureDrop().subscribe(_ -> look()));
    }

    @Override
    public void stop() {
        running = false;
        background.dispose();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /// Before the server takes connections, and until it has ended them.
    @Override
    public int getPhase() {
        return 0;
    }

    private void goOn() {
        waiting = false;
        reading = false;
        if (!order.hasBegun()) {
            background.add(store.head()
                    .retryWhen(Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(100))
                            .maxBackoff(Duration.ofSeconds(2)))
                    .subscribe(head -> execute(() -> startAt(head))));
        } else {
            fill();
        }
    }

    private void startAt(Head head) {
        epoch = head.epoch();
        order.beginAt(head.position());
        started.tryEmitEmpty();
        deliver(order.next());
        if (order.isBehind()) {
            fillSoon();
        }
    }

    private void arrived(List<Event> events) {
        order.add(events);
        deliver(order.next());
        if (order.isWaiting()) {
            order.forgetTooEarly();
            fillSoon();
        }
    }

    private void deliver(List<Event> ready) {
        behind = order.behind();
        if (!ready.isEmpty()) {
            delivered.add(ready.size());
            listeners.forEach(listener -> listener.onEvents(ready));
        }
    }

    private void fillSoon() {
        if (!waiting && !reading && order.hasBegun()) {
            waiting = true;
            filler.update(Mono.delay(HOLE_GRACE).subscribe(_ -> execute(this::fillIfStillMissing)));
        }
    }

    private void fillIfStillMissing() {
        waiting = false;
        if (order.isBehind()) {
            log.debug("Positions from {} on are missing below {}: reading them", order.position() + 1, order.seen());
            fill();
        }
    }

    private void fill() {
        if (!order.hasBegun()) {
            return;
        }
        if (reading) {
            readAgain = true;
            return;
        }
        waiting = false;
        reading = true;
        readAgain = false;
        var readIn = epoch;
        filler.update(store.read(order.position(), PAGE)
                .subscribe(page -> execute(() -> filled(page, readIn)), problem -> execute(() -> notFilled(problem))));
    }

    private void filled(LogPage page, @Nullable String readIn) {
        reading = false;
        if (!Objects.equals(readIn, epoch)) {
            fill();
            return;
        }
        arrived(page.events());
        deliver(order.nextUpTo(page.upTo()));
        if (page.full() || readAgain) {
            fill();
        } else if (order.isBehind()) {
            fillSoon();
        }
    }

    private void notFilled(Throwable problem) {
        reading = false;
        log.warn("The log can't be read at the moment: {}", problem.toString());
    }
}
