package koine.bench.scenario;

import java.util.List;
import koine.bench.measure.Heap;
import koine.bench.report.Result;
import koine.bench.client.Account;
import koine.bench.client.Client;
import koine.bench.client.Inbox;

/// What it costs that people are online and do nothing: how fast they connect, how much memory each connection
/// takes, and how much processor time all of them while nothing happens.
///
/// @param chats of each of them, each with another one who is online; for Koine only if not 0
public record Idle(int connections, int chats) implements Scenario {

    private static final int CONNECTING_AT_ONCE = 64;
    private static final int WARM_UP = 200;
    private static final int WARM_UP_ROUNDS = 5;

    @Override
    public Result run(Bench bench) {
        warmUp(bench);
        var accounts = bench.target().accounts(connections);
        if (chats > 0) {
            bench.koine().befriend(accounts, chats);
        }
        return measure(bench, accounts);
    }

    /// So that classes are loaded and code is compiled before memory is looked at.
    private static void warmUp(Bench bench) {
        var accounts = bench.target().accounts(WARM_UP);
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
            connect(bench, accounts).forEach(Client::drop);
            Pause.seconds(1);
        }
    }

    private Result measure(Bench bench, List<Account> accounts) {
        var heap = new Heap(bench.machine().server().root());
        long heapBefore = heap.collect();
        long residentBefore = bench.machine().server().residentKib();
        var before = bench.machine().usage();
        var clients = connect(bench, accounts);
        var connecting = bench.machine().usage().since(before);
        long live = heap.collect() - heapBefore;
        long resident = bench.machine().server().residentKib() - residentBefore;
        try {
            return Result.of(bench.target().name(), name())
                    .with("rate", connections / connecting.seconds())
                    .with(connecting, connections)
                    .with("resident_kib", (double) resident / connections)
                    .with("heap_kib", (double) live / connections)
                    .with("idle_ms_s", idleMillisPerSecond(bench));
        } finally {
            clients.forEach(Client::drop);
            Pause.seconds(2);
        }
    }

    /// Processor time of the server, once it has settled.
    private static double idleMillisPerSecond(Bench bench) {
        Pause.seconds(2);
        var before = bench.machine().usage();
        Pause.seconds(bench.measuredSeconds());
        var idle = bench.machine().usage().since(before);
        return idle.serverMillis() / idle.seconds();
    }

    private static List<Client> connect(Bench bench, List<Account> accounts) {
        return Crowd.all(accounts, CONNECTING_AT_ONCE, account -> bench.target().connect(account, Inbox.IDLE));
    }

    private String name() {
        return chats == 0 ? "idle " + connections : "idle " + connections + " chats " + chats;
    }
}
