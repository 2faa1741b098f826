package koine.log;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs tasks in the order in which they were given and never two at once, so that what only they touch needs no locks.
/// Any thread may give one: if none is running it runs there and then, and else behind the one that is. A task that
/// fails is logged, and the next one runs.
final class SerialTasks {

    private static final Logger log = LoggerFactory.getLogger(SerialTasks.class);

    private final String name;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    /// Counted when they are in the queue.
    private final AtomicInteger pending = new AtomicInteger();

    /// @param name of what they belong to, for the log
    SerialTasks(String name) {
        this.name = name;
    }

    void execute(Runnable task) {
        tasks.add(task);
        if (pending.getAndIncrement() == 0) {
            drain();
        }
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

    private void run(@Nullable Runnable task) {
        try {
            if (task != null) {
                task.run();
            }
        } catch (RuntimeException fault) {
            log.error("A task on {} failed", name, fault);
        }
    }
}
