package koine.bench.scenario;

import koine.bench.measure.Machine;
import koine.bench.net.Loop;
import koine.bench.client.KoineTarget;
import koine.bench.client.Target;

/// What a scenario works with.
///
/// @param warmUpSeconds before anything is measured: the server's code is being compiled meanwhile
public record Bench(Loop loop, Machine machine, Target target, int warmUpSeconds, int measuredSeconds) {

    Bench measuringFor(int seconds) {
        return new Bench(loop, machine, target, 0, seconds);
    }

    Bench warmingUpFor(int seconds) {
        return new Bench(loop, machine, target, seconds, measuredSeconds);
    }

    /// For scenarios that only Koine's protocol has.
    KoineTarget koine() {
        if (target instanceof KoineTarget koine) {
            return koine;
        }
        throw new IllegalArgumentException("not a scenario for " + target.name());
    }
}
