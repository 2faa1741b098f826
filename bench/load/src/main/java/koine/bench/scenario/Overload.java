package koine.bench.scenario;

import koine.bench.report.Result;

/// What becomes of those who are served when five times as much comes as can be done, and how soon it is over: a
/// rate that the server can carry, five times as much, and the first rate again, measured from five seconds on.
///
/// The figures without a prefix are those of the overload. `turned_away` counts what was refused; nothing else may be
/// missing.
///
/// @param rate messages a second, of all pairs together
public record Overload(int pairs, int rate) implements Scenario {

    private static final int TIMES = 5;
    private static final int RECOVERY_SECONDS = 5;

    @Override
    public Result run(Bench bench) {
        var before = new Open(pairs, rate).run(bench);
        long resident = bench.machine().server().residentKib();
        var during = new Open(pairs, TIMES * rate).run(bench.warmingUpFor(0));
        var after = new Open(pairs, rate).run(bench.warmingUpFor(RECOVERY_SECONDS));
        var turnedAway = during.figures().getOrDefault("refused", 0.0);
        return new Result(bench.target().name(), "overload " + rate + "/s", during.figures())
                .with("refused", before.figures().get("refused") + after.figures().get("refused"))
                .with("turned_away", turnedAway)
                .with("before_p50_ms", before.figures().get("p50_ms"))
                .with("before_p99_ms", before.figures().get("p99_ms"))
                .with("after_p50_ms", after.figures().get("p50_ms"))
                .with("after_p99_ms", after.figures().get("p99_ms"))
                .with("resident_before_kib", resident)
                .with("resident_after_kib", bench.machine().server().residentKib());
    }
}
