package koine.bench.scenario;

import java.time.Duration;
import koine.bench.measure.Machine;
import koine.bench.report.Result;

/// One run of a load: warmed up, measured, and waited for until nothing comes any more.
final class Trial {

    private static final Duration SILENCE = Duration.ofSeconds(5);

    private final Bench bench;
    private final Load load;

    Trial(Bench bench, Load load) {
        this.bench = bench;
        this.load = load;
    }

    /// @param result what is to be added to
    Result run(Result result) {
        bench.loop().execute(load::start);
        Pause.seconds(bench.warmUpSeconds());
        var before = bench.machine().usage();
        long deliveredBefore = bench.loop().ask(load.tally()::begin);
        Pause.seconds(bench.measuredSeconds());
        long delivered = bench.loop().ask(load.tally()::end) - deliveredBefore;
        var usage = bench.machine().usage().since(before);
        bench.loop().ask(this::stop);
        awaitStragglers();
        return bench.loop().ask(() -> result(result, delivered, usage));
    }

    private boolean stop() {
        load.stop();
        return true;
    }

    private void awaitStragglers() {
        long arrived = -1;
        long silentSince = System.nanoTime();
        while (System.nanoTime() - silentSince < SILENCE.toNanos()
                && bench.loop().ask(this::isIncomplete)) {
            long now = bench.loop().ask(load.tally()::deliveries);
            if (now != arrived) {
                arrived = now;
                silentSince = System.nanoTime();
            }
            Pause.millis(50);
        }
    }

    private boolean isIncomplete() {
        return load.arrived() < load.expected();
    }

    private Result result(Result result, long delivered, Machine.Usage usage) {
        return faults(result.with("rate", delivered / usage.seconds())
                .with(load.tally().latencies())
                .with(usage, delivered));
    }

    private Result faults(Result result) {
        var tally = load.tally();
        if (tally.refusals() > 0) {
            System.err.printf(
                    "refused %d times, %d of them while warming up, first: %s%n",
                    tally.refusals(), tally.refusalsWarmingUp(), tally.firstRefusal());
        }
        return result.with("lost", load.expected() - load.arrived() - tally.refusals())
                .with("duplicated", sum(true))
                .with("disordered", sum(false))
                .with("refused", tally.refusals() - tally.refusalsWarmingUp());
    }

    private long sum(boolean duplicated) {
        return load.receivers().stream()
                .map(Receiver::stream)
                .mapToLong(stream -> duplicated ? stream.duplicated() : stream.disordered())
                .sum();
    }
}
