package koine.bench.scenario;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import koine.bench.measure.Latencies;
import koine.bench.net.HttpLane;
import koine.bench.report.Result;

/// HTTP calls by so many connections at once, each of which calls again when it is answered.
final class Calls {

    private final Bench bench;
    private final Supplier<HttpLane.Call> call;
    private final List<HttpLane> lanes;
    private final Latencies latencies = new Latencies();
    private boolean measuring;
    private boolean running = true;
    private long answered;
    private long refused;

    /// @param call makes the next one
    Calls(Bench bench, int lanes, Supplier<HttpLane.Call> call) {
        this.bench = bench;
        this.call = call;
        this.lanes = Stream.generate(
                        () -> HttpLane.open(bench.loop(), bench.koine().server()))
                .limit(lanes)
                .toList();
    }

    Result run(Result result) {
        bench.loop().execute(() -> lanes.forEach(this::next));
        Pause.seconds(bench.warmUpSeconds());
        var before = bench.machine().usage();
        bench.loop().execute(() -> measuring = true);
        Pause.seconds(bench.measuredSeconds());
        long calls = bench.loop().ask(this::stop);
        var usage = bench.machine().usage().since(before);
        lanes.forEach(HttpLane::close);
        return result.with("rate", calls / usage.seconds())
                .with(latencies)
                .with(usage, calls)
                .with("refused", refused);
    }

    private long stop() {
        running = false;
        return answered;
    }

    private void next(HttpLane lane) {
        if (running) {
            long asked = System.nanoTime();
            lane.ask(call.get()).thenAccept(answer -> {
                count(answer, asked);
                next(lane);
            });
        }
    }

    private void count(HttpLane.Answer answer, long asked) {
        if (answer.status() != 200 && refused++ == 0) {
            System.err.println(answer);
        }
        if (measuring) {
            answered++;
            latencies.record(System.nanoTime() - asked);
        }
    }
}
