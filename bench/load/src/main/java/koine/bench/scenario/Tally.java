package koine.bench.scenario;

import koine.bench.measure.Latencies;

/// What arrived, over a whole run and in the measured part of it. Touched on the loop only.
final class Tally {

    private final Latencies latencies = new Latencies();
    private long delivered;
    private long refused;
    private long refusedWarmingUp;
    private String firstRefusal = "";
    private long from = Long.MAX_VALUE;
    private long to = Long.MAX_VALUE;

    /// From now on it is measured.
    ///
    /// @return how many had been delivered before
    long begin() {
        from = System.nanoTime();
        refusedWarmingUp = refused;
        return delivered;
    }

    long end() {
        to = System.nanoTime();
        return delivered;
    }

    void delivered() {
        delivered++;
    }

    /// What was meant to be sent in the measured part counts, however late it comes: a server that stalls can't
    /// hide that by delivering after the end (coordinated omission).
    void took(long since) {
        if (since - from >= 0 && since - to < 0) {
            latencies.record(System.nanoTime() - since);
        }
    }

    void refused(String why) {
        if (refused++ == 0) {
            firstRefusal = why;
        }
    }

    long deliveries() {
        return delivered;
    }

    /// In all.
    long refusals() {
        return refused;
    }

    /// Of these, those before it was measured.
    long refusalsWarmingUp() {
        return refusedWarmingUp;
    }

    String firstRefusal() {
        return firstRefusal;
    }

    Latencies latencies() {
        return latencies;
    }
}
