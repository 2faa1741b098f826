package koine.message;

import java.time.Duration;
import java.time.Instant;

/// Guesses how long a message that comes now would wait, by how many wait and how long batches took lately. What
/// would wait too long is better refused at once: else everybody waits, and those who give up and come again make
/// it worse. What fits into the next batch is never refused.
///
/// Batches are told of one at a time; asked by any thread.
final class Congestion {

    /// Of what was known before, so many parts stay, and one comes from the last batch.
    private static final int WEIGHT = 8;

    private final int batch;
    private final Duration most;
    private volatile long usualNanos;

    /// @param batch the most messages of one
    /// @param most  how long a message may wait
    Congestion(int batch, Duration most) {
        this.batch = batch;
        this.most = most;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one batch at a time
    void took(Instant from, Instant to) {
        var nanos = Duration.between(from, to).toNanos();
        usualNanos += (nanos - usualNanos) / WEIGHT;
    }

    /// Whether a message would wait too long with so many before it.
    boolean isTooMuch(int waiting) {
        return waiting >= batch && (1L + waiting / batch) * usualNanos > most.toNanos();
    }
}
