package koine.bench.report;

import java.util.LinkedHashMap;
import java.util.Map;
import koine.bench.measure.Latencies;
import koine.bench.measure.Machine;

/// What one run gave.
///
/// @param target  which server
/// @param load    the scenario and its parameters, as it stands in the table
/// @param figures by name, in the order of the table; see `docs/performance.md`
public record Result(String target, String load, Map<String, Double> figures) {

    /// A run is not believed when others used more of the processors.
    private static final double QUIET = 0.10;

    public static Result of(String target, String load) {
        return new Result(target, load, new LinkedHashMap<>());
    }

    public Result with(String figure, double value) {
        var more = new LinkedHashMap<>(figures);
        more.put(figure, value);
        return new Result(target, load, more);
    }

    public Result with(Latencies latencies) {
        return with("p50_ms", latencies.millis(50))
                .with("p99_ms", latencies.millis(99))
                .with("p999_ms", latencies.millis(99.9));
    }

    /// The processor time that a thousand of what was counted cost.
    public Result with(Machine.Usage usage, long count) {
        double thousands = Math.max(1, count) / 1000.0;
        return with("server_cpu", usage.serverMillis() / thousands)
                .with("database_cpu", usage.databaseMillis() / thousands)
                .with("generator_cpu", usage.generatorMillis() / thousands)
                .with("others", usage.othersShare());
    }

    public boolean isQuiet() {
        return figures.getOrDefault("others", 0.0) <= QUIET;
    }

    /// Whether every message came exactly once and in order.
    public boolean isFaultless() {
        return figures.getOrDefault("lost", 0.0) == 0
                && figures.getOrDefault("duplicated", 0.0) == 0
                && figures.getOrDefault("disordered", 0.0) == 0
                && figures.getOrDefault("refused", 0.0) == 0;
    }
}
