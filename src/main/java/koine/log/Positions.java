package koine.log;

/// Hands out the positions of one transaction, in order. Good only while that transaction holds the clock.
public final class Positions {

    private long last;

    Positions(long head) {
        this.last = head;
    }

    /// The position for the next event of this transaction.
    public long next() {
        return ++last;
    }

    long last() {
        return last;
    }
}
