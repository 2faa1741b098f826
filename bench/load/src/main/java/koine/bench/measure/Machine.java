package koine.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Who uses the processors: the server, its PostgreSQL, this generator, and others.
public final class Machine {

    private static final Path STAT = Path.of("/proc/stat");

    private final ProcessTree server;
    private final ProcessTree database;
    private final ProcessTree generator =
            new ProcessTree(ProcessHandle.current().pid());

    public Machine(long server, long database) {
        this.server = new ProcessTree(server);
        this.database = new ProcessTree(database);
    }

    public ProcessTree server() {
        return server;
    }

    public Usage usage() {
        return new Usage(
                System.nanoTime(), server.cpuMillis(), database.cpuMillis(), generator.cpuMillis(), busyMillis());
    }

    /// Processor time of all processes together, and what the host took away (steal). Interrupts are left out:
    /// they are nobody's, and most of them here are the loopback network's.
    private static long busyMillis() {
        try (var lines = Files.lines(STAT)) {
            var fields = lines.findFirst().orElseThrow().trim().split("\\s+");
            long user = Long.parseLong(fields[1]);
            long nice = Long.parseLong(fields[2]);
            long system = Long.parseLong(fields[3]);
            long steal = Long.parseLong(fields[8]);
            return (user + nice + system + steal) * ProcessTree.MILLIS_PER_TICK;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Totals since the machine started, or what lies between two of them.
    public record Usage(long nanos, long serverMillis, long databaseMillis, long generatorMillis, long busyMillis) {

        public Usage since(Usage before) {
            return new Usage(
                    nanos - before.nanos,
                    serverMillis - before.serverMillis,
                    databaseMillis - before.databaseMillis,
                    generatorMillis - before.generatorMillis,
                    busyMillis - before.busyMillis);
        }

        public double seconds() {
            return nanos / 1e9;
        }

        /// Which part of all processors others used meanwhile.
        public double othersShare() {
            long others = busyMillis - serverMillis - databaseMillis - generatorMillis;
            return Math.max(0, others)
                    / (seconds() * 1000 * Runtime.getRuntime().availableProcessors());
        }
    }
}
