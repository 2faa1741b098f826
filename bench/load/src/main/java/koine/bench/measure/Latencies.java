package koine.bench.measure;

import org.HdrHistogram.Histogram;

/// How long things took, to three digits.
public final class Latencies {

    private static final long LONGEST_NANOS = 120_000_000_000L;

    private final Histogram nanos = new Histogram(LONGEST_NANOS, 3);

    public void record(long nanoseconds) {
        nanos.recordValue(Math.clamp(nanoseconds, 0, LONGEST_NANOS));
    }

    public double millis(double percentile) {
        return nanos.getValueAtPercentile(percentile) / 1e6;
    }

    public long count() {
        return nanos.getTotalCount();
    }
}
