package koine.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// Writes things in groups: while one group is on its way the things that arrive are collected, and when it is
/// done all of them go in the next. Alone, a thing does not wait. Groups go one after the other, in order, and begin
/// some time apart: what a group costs hardly depends on how large it is.
///
/// Safe for use by several threads.
public final class GroupWriter<T> {

    private static final Logger log = LoggerFactory.getLogger(GroupWriter.class);

    /// A group that takes longer is given up: a connection that hangs must not hold up everything for ever.
    static final Duration LIMIT = Duration.ofSeconds(10);

    private final int maxWaiting;
    private final int maxGroup;
    private final Duration apart;
    private final Duration limit;
    private final Function<List<T>, Mono<Void>> write;
    private final Queue<T> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean writing = new AtomicBoolean();

    /// @param maxWaiting how many things may wait
    /// @param maxGroup   how many go together at most
    /// @param write      writes a group; an error of it is logged, and the next group goes all the same
    public GroupWriter(int maxWaiting, int maxGroup, Function<List<T>, Mono<Void>> write) {
        this(maxWaiting, maxGroup, Duration.ZERO, write);
    }

    /// @param apart how long after one group has begun the next one begins at the earliest
    public GroupWriter(int maxWaiting, int maxGroup, Duration apart, Function<List<T>, Mono<Void>> write) {
        this(maxWaiting, maxGroup, apart, LIMIT, write);
    }

    GroupWriter(int maxWaiting, int maxGroup, Duration apart, Duration limit, Function<List<T>, Mono<Void>> write) {
        this.maxWaiting = maxWaiting;
        this.maxGroup = maxGroup;
        this.apart = apart;
        this.limit = limit;
        this.write = write;
    }

    /// Has the thing written soon; false, and it is not, if too many are waiting.
    public boolean offer(T thing) {
        if (waiting.incrementAndGet() > maxWaiting) {
            waiting.decrementAndGet();
            return false;
        }
        queue.add(thing);
        writeNext();
        return true;
    }

    /// How many wait for the next group.
    int waiting() {
        return waiting.get();
    }

    private void writeNext() {
        while (waiting.get() > 0 && writing.compareAndSet(false, true)) {
            var group = nextGroup();
            if (!group.isEmpty()) {
                begin(group);
                return;
            }
            writing.set(false);
        }
    }

    private void begin(List<T> group) {
        long next = System.nanoTime() + apart.toNanos();
        Mono.defer(() -> write.apply(group))
                .timeout(limit)
                .doOnError(problem -> report(group, problem))
                .subscribe(_ -> {}, _ -> goOnAt(next), () -> goOnAt(next));
    }

    private void report(List<T> group, Throwable problem) {
        var kind = group.getFirst().getClass().getSimpleName();
        log.warn("A group of {} ({}) could not be written: {}", group.size(), kind, problem.toString());
    }

    /// A group that is full already waits for nothing more.
    private void goOnAt(long next) {
        long rest = next - System.nanoTime();
        if (rest <= 0 || waiting.get() >= maxGroup) {
            goOn();
        } else {
            Schedulers.parallel().schedule(this::goOn, rest, TimeUnit.NANOSECONDS);
        }
    }

    private void goOn() {
        writing.set(false);
        writeNext();
    }

    private List<T> nextGroup() {
        var group = new ArrayList<T>();
        while (group.size() < maxGroup) {
            var next = queue.poll();
            if (next == null) {
                break;
            }
            group.add(next);
        }
        waiting.addAndGet(-group.size());
        return group;
    }
}
