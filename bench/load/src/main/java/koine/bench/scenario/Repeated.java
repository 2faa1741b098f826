package koine.bench.scenario;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import koine.bench.report.Result;

/// Runs a scenario until it has run so many times while the machine was quiet, and takes the median of these. On a
/// machine that others use too it gives up after twice as many runs, and takes the median of all; the result says
/// which share others had.
///
/// @param times how often, at least 1
public record Repeated(Scenario scenario, int times) {

    public Result run(Bench bench) {
        var all = new ArrayList<Result>();
        while (quiet(all).size() < times && all.size() < 2 * times) {
            var result = scenario.run(bench).with("afterwards_ms", Aftermath.await(bench.machine()));
            System.err.println(result);
            all.add(result);
        }
        var quiet = quiet(all);
        return median(quiet.isEmpty() ? all : quiet).with("runs", quiet.size());
    }

    private static List<Result> quiet(List<Result> all) {
        return all.stream().filter(Result::isQuiet).toList();
    }

    /// The run whose rate is the median one, as it was. A run with a fault is never hidden behind others.
    private static Result median(List<Result> results) {
        var faulty = results.stream().filter(result -> !result.isFaultless()).findFirst();
        var ordered = results.stream()
                .sorted(Comparator.comparing(result -> result.figures().getOrDefault("rate", 0.0)))
                .toList();
        return faulty.orElse(ordered.get(ordered.size() / 2));
    }
}
