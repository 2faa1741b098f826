package koine.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import koine.bench.measure.Machine;
import koine.bench.net.Loop;
import koine.bench.net.WebSockets;
import koine.bench.report.Report;
import koine.bench.report.Results;
import koine.bench.scenario.Bench;
import koine.bench.scenario.Repeated;
import koine.bench.client.Archive;
import koine.bench.client.Database;
import koine.bench.client.KoineSeed;
import koine.bench.client.KoineTarget;
import koine.bench.client.Target;
import koine.bench.client.XmppTarget;

/// `measure` runs scenarios against one server that runs already, and appends what they gave to a file. `report`
/// makes a table, a JSON file and a page of such a file. `fill` puts a million messages
/// into a database whose server is stopped, `sql` runs statements. `run.sh` calls them.
public final class Main {

    private Main() {}

    public static void main(String... arguments) throws IOException {
        var options = Options.parse(arguments);
        switch (options.rest().getFirst()) {
            case "measure" -> measure(options);
            case "report" -> Report.write(Path.of(options.text("results")), Path.of(options.text("out")));
            case "fill" -> Archive.fill(new Database(options.text("jdbc")));
            case "sql" -> new Database(options.text("jdbc")).run(rest(options));
            default -> throw new IllegalArgumentException("measure, report, fill or sql");
        }
        System.exit(0);
    }

    private static void measure(Options options) {
        try (var loop = new Loop()) {
            var bench = new Bench(
                    loop,
                    new Machine(number(options, "server-pid"), number(options, "database-pid")),
                    target(options, loop),
                    options.number("warm-up", 5),
                    options.number("seconds", 15));
            var results = new Results(Path.of(options.text("results")));
            for (var load : rest(options)) {
                var repeated = new Repeated(Scenarios.parse(load), options.number("repeat", 1));
                results.add(repeated.run(bench));
            }
        }
    }

    private static List<String> rest(Options options) {
        return options.rest().subList(1, options.rest().size());
    }

    private static long number(Options options, String name) {
        return Long.parseLong(options.text(name));
    }

    private static Target target(Options options, Loop loop) {
        var name = options.text("target");
        var server = URI.create(options.text("server"));
        var sockets = new WebSockets(loop);
        var database = new Database(options.text("jdbc"));
        return switch (name) {
            case "koine", "limit" -> new KoineTarget(name, sockets, server, new KoineSeed(database));
            case "ejabberd", "prosody" -> new XmppTarget(name, sockets, server, database);
            default -> throw new IllegalArgumentException("no such target: " + name);
        };
    }
}
