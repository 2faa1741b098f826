package koine.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
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

    /// Of events that came before their turn no more than these are kept; the others are read again.
    private static final int MAX_EARLY = 10_000;

    private final LogStore store;
    private final LogProperties properties;
    private final List<LogListener> listeners = new CopyOnWriteArrayList<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger();
    private final Sinks.Empty<Void> started = Sinks.empty();
    private volatile Disposable.Composite background = Disposables.composite();
    private volatile Disposable.Swap filler = Disposables.swap();
    private volatile boolean running;
    private volatile @Nullable String epoch;
    private final LongAdder delivered = new LongAdder();
    private volatile long behind;

    // the following only inside a task
    private final TreeMap<Long, Event> early = new TreeMap<>();
    private long position = -1;
    private long seen;
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
        tasks.add(task);
        if (pending.getAndIncrement() == 0) {
            drain();
        }
    }

    /// The position up to which everything has been delivered. To be asked only inside a task of the feed that
    /// has started.
    public long position() {
        return position;
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
            seen = Math.max(seen, head);
            behind = Math.max(0, seen - position);
            if (position < seen) {
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
        if (position >= 0 && !head.epoch().equals(epoch)) {
            startAnew(head);
        } else {
            hint(head.position());
        }
    }

    /// The database was restored, or another one has taken its place: positions may mean other events now.
    private void startAnew(Head head) {
        log.warn("The log is another one since position {}: clients have to load anew", head.position());
        early.clear();
        seen = head.position();
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

    private void drain() {
        var todo = pending.get();
        do {
            for (int i = 0; i < todo; i++) {
                run(tasks.poll());
            }
            todo = pending.addAndGet(-todo);
        } while (todo != 0);
    }

    private static void run(@Nullable Runnable task) {
        try {
            if (task != null) {
                task.run();
            }
        } catch (RuntimeException fault) {
            log.error("A task on the log's feed failed", fault);
        }
    }

    private void goOn() {
        waiting = false;
        reading = false;
        if (position < 0) {
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
        position = head.position();
        early.headMap(position, true).clear();
        started.tryEmitEmpty();
        deliverWhatIsNext();
        if (position < seen) {
            fillSoon();
        }
    }

    private void arrived(List<Event> events) {
        for (var event : events) {
            seen = Math.max(seen, event.position());
            if (event.position() > position) {
                early.put(event.position(), event);
            }
        }
        deliverWhatIsNext();
        if (!early.isEmpty()) {
            forgetTooEarly();
            fillSoon();
        }
    }

    private void deliverWhatIsNext() {
        if (position < 0) {
            return;
        }
        var ready = new ArrayList<Event>();
        for (var next = early.remove(position + 1); next != null; next = early.remove(position + 1)) {
            ready.add(next);
            position++;
        }
        behind = Math.max(0, seen - position);
        if (!ready.isEmpty()) {
            delivered.add(ready.size());
            listeners.forEach(listener -> listener.onEvents(ready));
        }
    }

    private void forgetTooEarly() {
        while (early.size() > MAX_EARLY) {
            early.pollLastEntry();
        }
    }

    private void fillSoon() {
        if (!waiting && !reading && position >= 0) {
            waiting = true;
            filler.update(Mono.delay(HOLE_GRACE).subscribe(_ -> execute(this::fillIfStillMissing)));
        }
    }

    private void fillIfStillMissing() {
        waiting = false;
        if (position < seen) {
            log.debug("Positions from {} on are missing below {}: reading them", position + 1, seen);
            fill();
        }
    }

    private void fill() {
        if (position < 0) {
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
        filler.update(store.read(position, PAGE)
                .subscribe(page -> execute(() -> filled(page, readIn)), problem -> execute(() -> notFilled(problem))));
    }

    private void filled(LogPage page, @Nullable String readIn) {
        reading = false;
        if (!Objects.equals(readIn, epoch)) {
            fill();
            return;
        }
        arrived(page.events());
        passRemoved(page.upTo());
        if (page.full() || readAgain) {
            fill();
        } else if (position < seen) {
            fillSoon();
        }
    }

    /// A position up to which Postgres was read and which it did not have belonged to a row that is gone for
    /// good.
    private void passRemoved(long upTo) {
        while (position < upTo) {
            var next = early.isEmpty() ? upTo : Math.min(early.firstKey() - 1, upTo);
            position = Math.max(position, next);
            deliverWhatIsNext();
        }
    }

    private void notFilled(Throwable problem) {
        reading = false;
        log.warn("The log can't be read at the moment: {}", problem.toString());
    }
}
