package koine.message;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Guesses how long a message that comes now would wait, by how many wait and how long batches took lately. What
/// would wait too long is better refused at once: else everybody waits, and those who give up and come again make
/// it worse. What fits into the next batch is never refused.
///
/// A burst may fill several batches. When each has been full for as long as a message may wait, it is no burst, and
/// only what fits into the next batch is taken until one has room: what stood in a queue before it would wait for
/// nothing, since as much is stored without it (as CoDel, RFC 8289, tells a good queue from a bad one). Batches are
/// a quarter as large then: a message waits for the one before and for its own, so it waits less, at the price of fewer
/// that are stored. But not where a batch takes long by itself, however few are in it: there the price is too high.
/// Where full batches are known to take so long, it is so from when the first one begins.
///
/// Batches are told of one at a time; asked by any thread.
final class Congestion {

    /// Of what was known before, so many parts stay, and one comes from the last batch.
    private static final int WEIGHT = 8;

    /// A batch is small up to such a part of the largest.
    private static final int SMALL = 8;

    /// Such a part of the largest is a batch while the queue stands.
    private static final int STANDING = 4;

    /// But only if a small one takes less than such a part of the time of a large one.
    private static final int WORTH = 2;

    private final int batch;
    private final Duration most;
    private @Nullable Instant fullSince;

    /// As many could be in the batch that is next told of.
    private int full;

    private long smallNanos;
    private volatile boolean standing;
    private volatile int room;
    private volatile long usualNanos;
    private volatile long largeNanos;

    /// @param batch the most messages of one
    /// @param most  how long a message may wait
    Congestion(int batch, Duration most) {
        this.batch = batch;
        this.most = most;
        this.room = batch;
        this.full = batch;
    }

    /// A batch of so many messages is being written.
    void begins(int messages) {
        if (messages >= batch && largeNanos > most.toNanos() && isWorthSmallerOnes()) {
            room = smaller();
        }
    }

    /// A batch of so many messages was written in that time.
    @SuppressWarnings("NonAtomicVolatileUpdate") // one batch at a time
    void took(int messages, Instant from, Instant to) {
        var nanos = Duration.between(from, to).toNanos();
        usualNanos += (nanos - usualNanos) / WEIGHT;
        if (messages <= batch / SMALL) {
            smallNanos = smallNanos == 0 ? nanos : smallNanos + (nanos - smallNanos) / WEIGHT;
        } else if (messages > batch / STANDING) {
            largeNanos = largeNanos == 0 ? nanos : (largeNanos + nanos) / 2; // they are rare, so each tells much
        }
        if (messages < full) {
            fullSince = null;
        } else if (fullSince == null) {
            fullSince = from;
        }
        full = room;
        standing = fullSince != null && !fullSince.plus(most).isAfter(to);
        room = standing && isWorthSmallerOnes() ? smaller() : batch;
    }

    private boolean isWorthSmallerOnes() {
        return WORTH * smallNanos < largeNanos;
    }

    private int smaller() {
        return Math.max(1, batch / STANDING);
    }

    /// Whether a message would wait too long with so many before it. As many as fill a batch take as long as large
    /// ones took, however quick small ones have been since.
    boolean isTooMuch(int waiting) {
        return waiting >= room
                && (standing || (1L + waiting / batch) * Math.max(usualNanos, largeNanos) > most.toNanos());
    }
}
