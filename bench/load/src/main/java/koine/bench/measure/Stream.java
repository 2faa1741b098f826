package koine.bench.measure;

import java.util.BitSet;

/// The messages of one sender as one receiver gets them: each of them once, and in order.
public final class Stream {

    private final BitSet seen = new BitSet();
    private int highest = -1;
    private long duplicated;
    private long disordered;

    /// @return whether it came for the first time
    public boolean arrived(int number) {
        if (seen.get(number)) {
            duplicated++;
            return false;
        }
        seen.set(number);
        if (number < highest) {
            disordered++;
        }
        highest = Math.max(highest, number);
        return true;
    }

    public long arrived() {
        return seen.cardinality();
    }

    public long duplicated() {
        return duplicated;
    }

    public long disordered() {
        return disordered;
    }
}
