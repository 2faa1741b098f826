package koine.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/// Writes things in groups: while one group is on its way the things that arrive are collected, and when it is
/// done all of them go in the next. Alone, a thing does not wait. Groups go one after the other, in order.
///
/// Safe for use by several threads.
public final class GroupWriter<T> {

    private static final Logger log = LoggerFactory.getLogger(GroupWriter.class);

    /// A group that takes longer is given up: a connection that hangs must not hold up everything for ever.
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final int maxWaiting;
    private final int maxGroup;
    private final Duration limit;
    private final Function<List<T>, Mono<Void>> write;
    private final Queue<T> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean writing = new AtomicBoolean();

    /// @param maxWaiting how many things may wait
    /// @param maxGroup   how many go together at most
    /// @param write      writes a group; an error of it is logged, and the next group goes all the same
    public GroupWriter(int maxWaiting, int maxGroup, Function<List<T>, Mono<Void>> write) {
        this(maxWaiting, maxGroup, LIMIT, write);
    }

    GroupWriter(int maxWaiting, int maxGroup, Duration limit, Function<List<T>, Mono<Void>> write) {
        this.maxWaiting = maxWaiting;
        this.maxGroup = maxGroup;
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

    private void writeNext() {
        while (waiting.get() > 0 && writing.compareAndSet(false, true)) {
            var group = nextGroup();
            if (!group.isEmpty()) {
                Mono.defer(() -> write.apply(group)).timeout(limit).subscribe(_ -> {}, this::failed, this::written);
                return;
            }
            writing.set(false);
        }
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

    private void failed(Throwable problem) {
        log.warn("A group could not be written: {}", problem.toString());
        written();
    }

    private void written() {
        writing.set(false);
        writeNext();
    }
}
