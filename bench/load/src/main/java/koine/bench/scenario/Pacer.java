package koine.bench.scenario;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import koine.bench.net.Loop;

/// Has something done at a steady rate, on the loop. It keeps to its schedule: what is late is made up for, and is
/// told the time at which it should have been done.
final class Pacer {

    /// Nanoseconds. What is due within it is sent in one go: to wake up for each would cost more than to send it.
    private static final long SHORTEST_REST = 200_000;

    private final Loop loop;
    private final long interval;
    private final LongConsumer work;
    private volatile boolean stopped;

    /// @param work takes the intended time, as [System#nanoTime] has it
    Pacer(Loop loop, int perSecond, LongConsumer work) {
        this.loop = loop;
        this.interval = 1_000_000_000L / perSecond;
        this.work = work;
    }

    void start() {
        Thread.ofPlatform().daemon().name("pacer").start(this::pace);
    }

    void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped;
    }

    private void pace() {
        long next = System.nanoTime();
        for (long woken = next - SHORTEST_REST; !stopped; ) {
            awaitTime(Math.max(next, woken + SHORTEST_REST));
            woken = System.nanoTime();
            long first = next;
            long due = 1 + (woken - first) / interval;
            next += due * interval;
            loop.execute(() -> all(first, due));
        }
    }

    private void all(long first, long count) {
        for (long i = 0; i < count; i++) {
            work.accept(first + i * interval);
        }
    }

    private static void awaitTime(long time) {
        for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
