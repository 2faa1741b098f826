package koine.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/// The Postgres processes that work in one cluster directory. They are no children of ours and outlive us when
/// we are killed: found by what they say about themselves.
record Postmaster(Path cluster) {

    /// Stops the server, and an `initdb`, that an earlier run of the service left behind, and returns when both
    /// are gone.
    ///
    /// Errors: [DatabaseUnavailable] if one is still there after the limit.
    void stopLeftovers(Duration limit) throws IOException {
        initdbs()
                .flatMap(initdb -> Stream.concat(initdb.descendants(), Stream.of(initdb)))
                .toList()
                .forEach(process -> kill(process, limit));
        stop(limit);
        Files.deleteIfExists(pidFile()); // a dead server's; its number may meanwhile be a stranger's
    }

    /// Asks the running server, if any, for a fast shutdown: clients are cut off, everything is written, it
    /// ends.
    ///
    /// Errors: [DatabaseUnavailable] if it is still there after the limit.
    void stop(Duration limit) throws IOException {
        var server = running();
        if (server.isPresent()) {
            interrupt(server.get());
            awaitExit(server.get(), limit);
        }
    }

    /// Waits for the server's end without asking for it.
    ///
    /// Errors: [DatabaseUnavailable] if it is still there after the limit.
    void awaitEnd(Duration limit) throws IOException {
        running().ifPresent(server -> awaitExit(server, limit));
    }

    private Optional<ProcessHandle> running() throws IOException {
        if (!Files.exists(pidFile())) {
            return Optional.empty();
        }
        try (var lines = Files.lines(pidFile())) {
            return lines.findFirst()
                    .filter(line -> line.strip().matches("\\d+"))
                    .flatMap(line -> ProcessHandle.of(Long.parseLong(line.strip())))
                    .filter(process -> runs(process, "postgres"));
        }
    }

    private Stream<ProcessHandle> initdbs() {
        return ProcessHandle.allProcesses().filter(process -> runs(process, "initdb"));
    }

    /// Whether it is that program, and in this directory. Where the system doesn't tell the arguments, the
    /// program's name has to do.
    private boolean runs(ProcessHandle process, String program) {
        var info = process.info();
        return info.command()
                        .map(Path::of)
                        .filter(path -> path.endsWith(program))
                        .isPresent()
                && info.arguments()
                        .map(arguments -> Arrays.asList(arguments).contains(cluster.toString()))
                        .orElse(true);
    }

    /// `ProcessHandle.destroy` would be a "smart" shutdown, which waits for clients to leave of themselves.
    private static void interrupt(ProcessHandle process) throws IOException {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private void kill(ProcessHandle process, Duration limit) {
        process.destroyForcibly();
        awaitExit(process, limit);
    }

    private void awaitExit(ProcessHandle process, Duration limit) {
        try {
            process.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw stillThere(process, e);
        } catch (ExecutionException | TimeoutException e) {
            throw stillThere(process, e);
        }
    }

    private DatabaseUnavailable stillThere(ProcessHandle process, Exception e) {
        return new DatabaseUnavailable(
                "The Postgres of an earlier run (process %d) still works in %s and does not end: wait for it, or stop it with kill -INT %d."
                        .formatted(process.pid(), cluster, process.pid()),
                e);
    }

    private Path pidFile() {
        return cluster.resolve("postmaster.pid");
    }
}
