package koine.bench.scenario;

import java.util.concurrent.TimeUnit;
import koine.bench.measure.Machine;

/// What a run left to do in the background, such as an index that follows: it is waited for, so that the next run does
/// not pay for it.
final class Aftermath {

    /// Of each processor's second, for the server and its PostgreSQL together.
    private static final int QUIET_MILLIS = 50;

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(90);

    private Aftermath() {}

    /// Waits until the server and its PostgreSQL have done next to nothing for a second, but a minute and a half at
    /// most; gives the milliseconds of processor time that both took until then.
    static long await(Machine machine) {
        var beginning = machine.usage();
        var before = beginning;
        Machine.Usage total;
        Machine.Usage second;
        do {
            Pause.seconds(1);
            var now = machine.usage();
            second = now.since(before);
            total = now.since(beginning);
            before = now;
        } while (busyMillis(second) > QUIET_MILLIS * second.seconds() && total.nanos() < LIMIT_NANOS);
        return busyMillis(total);
    }

    private static long busyMillis(Machine.Usage usage) {
        return usage.serverMillis() + usage.databaseMillis();
    }
}
