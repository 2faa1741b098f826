package koine.bench.scenario;

import koine.bench.measure.Heap;
import koine.bench.report.Result;

/// A long time under load, with others who come and go all the while: whether the server keeps anything of them. What
/// is alive in the heap is looked at when everybody has gone, after the warm-up, which is the same in short, and
/// again at the end.
///
/// @param rate     messages a second, of all pairs together
/// @param visitors how many others there are; each stays for some seconds, goes, and comes again
public record Soak(int pairs, int rate, int visitors) implements Scenario {

    /// By then the server has forgotten who was there: presence takes longest, half a minute.
    private static final int SETTLING_SECONDS = 45;

    @Override
    public Result run(Bench bench) {
        var heap = new Heap(bench.machine().server().root());
        round(bench.measuringFor(bench.warmUpSeconds()));
        long before = settled(heap);
        long residentBefore = bench.machine().server().residentKib();
        var result = round(bench);
        long after = settled(heap);
        return result.with("heap_before_kib", before)
                .with("heap_after_kib", after)
                .with("resident_before_kib", residentBefore)
                .with("resident_after_kib", bench.machine().server().residentKib());
    }

    private Result round(Bench bench) {
        var others = new Visitors(bench, visitors);
        others.start();
        try {
            return new Result(
                            bench.target().name(),
                            "soak " + rate + "/s",
                            new Open(pairs, rate).run(bench).figures())
                    .with("visits", others.visits());
        } finally {
            others.stop();
        }
    }

    private static long settled(Heap heap) {
        Pause.seconds(SETTLING_SECONDS);
        return heap.collect();
    }
}
