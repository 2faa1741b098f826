package koine.bench.scenario;

import koine.bench.measure.Latencies;
import koine.bench.report.Result;
import koine.bench.client.Archive;
import koine.bench.client.Inbox;

/// Somebody comes back who has missed a great deal: how long it takes until they have all of it.
///
/// @param missed events
public record CatchUp(int missed) implements Scenario {

    private static final int TIMES = 5;

    @Override
    public Result run(Bench bench) {
        var archive = bench.koine().archive();
        var since = cursorBefore(bench, archive);
        resume(bench, archive, since); // warms up
        var latencies = new Latencies();
        var result = Result.of(bench.target().name(), "catch-up " + missed);
        long faults = 0;
        var before = bench.machine().usage();
        for (int i = 0; i < TIMES; i++) {
            long started = System.nanoTime();
            faults += resume(bench, archive, since);
            latencies.record(System.nanoTime() - started);
        }
        var usage = bench.machine().usage().since(before);
        return result.with("rate", TIMES * missed / usage.seconds())
                .with(latencies)
                .with(usage, (long) TIMES * missed)
                .with("lost", faults);
    }

    /// @return how many did not come exactly once and in order
    private long resume(Bench bench, Archive archive, String since) {
        var tally = new Tally();
        var receiver = new Receiver(tally, _ -> {});
        var client = bench.koine().resume(archive.reader(), since, receiver).join();
        client.drop();
        var stream = receiver.stream();
        return bench.loop().ask(() -> missed - stream.arrived() + stream.duplicated() + stream.disordered());
    }

    /// So far back that it misses that many; made from a cursor of now, since it has an epoch in it.
    private String cursorBefore(Bench bench, Archive archive) {
        var client = bench.koine().resume(archive.reader(), null, Inbox.IDLE).join();
        client.drop();
        var now = client.cursor();
        var epoch = now.substring(0, now.lastIndexOf('-'));
        long last = archive.large().first() + archive.large().messages() - 1;
        return epoch + "-" + (last - missed);
    }
}
