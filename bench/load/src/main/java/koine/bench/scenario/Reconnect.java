package koine.bench.scenario;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import koine.bench.measure.Latencies;
import koine.bench.measure.Stamp;
import koine.bench.report.Result;
import koine.bench.client.Account;
import koine.bench.client.Inbox;
import koine.bench.client.KoineClient;

/// All connections drop and come back at once, as after a restart of the server or of a network: how long it takes
/// until all have what they missed, which for some is a message that was sent meanwhile.
public record Reconnect(int connections) implements Scenario {

    private static final int CONNECTING_AT_ONCE = 64;
    private static final int MISSING_SOMETHING = 500;
    private static final int TEXT_BYTES = 100;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int RETRY_MILLIS = 500;

    @Override
    public Result run(Bench bench) {
        return new Storm(bench).run();
    }

    private final class Storm {

        private final Bench bench;
        private final Tally tally = new Tally();
        private final Latencies latencies = new Latencies();
        private final List<Account> accounts;
        private final List<Receiver> receivers;
        private long started;
        private int refused;

        Storm(Bench bench) {
            this.bench = bench;
            this.accounts = bench.koine().accounts(connections);
            this.receivers =
                    accounts.stream().map(_ -> new Receiver(tally, _ -> {})).toList();
        }

        Result run() {
            var speaker = bench.koine().accounts(1).getFirst();
            var missing = accounts.subList(0, Math.min(MISSING_SOMETHING, connections));
            var chats = bench.koine().acquaint(speaker, missing);
            var cursors = online();
            speak(speaker, chats);
            return comeBack(cursors, chats.size());
        }

        /// All connect, and drop again.
        private List<String> online() {
            var clients = Crowd.all(
                    accounts, CONNECTING_AT_ONCE, account -> bench.koine().resume(account, null, Inbox.IDLE));
            var cursors = clients.stream().map(KoineClient::cursor).toList();
            clients.forEach(KoineClient::drop);
            Pause.seconds(2);
            return cursors;
        }

        private void speak(Account speaker, List<Long> chats) {
            var said = new Tally();
            var echoes = new Receiver(said, _ -> {});
            var client = bench.koine().connect(speaker, echoes).join();
            for (int i = 0; i < chats.size(); i++) {
                client.send(Long.toString(chats.get(i)), new Stamp(0, i, 0).text(TEXT_BYTES));
            }
            while (bench.loop().ask(said::deliveries) < chats.size()) {
                Pause.millis(20);
            }
            client.drop();
        }

        private Result comeBack(List<String> cursors, int messages) {
            var before = bench.machine().usage();
            started = System.nanoTime();
            var coming = IntStream.range(0, connections)
                    .mapToObj(i -> comeBack(i, cursors.get(i)))
                    .toList();
            var clients = coming.stream().map(CompletableFuture::join).toList();
            var usage = bench.machine().usage().since(before);
            Pause.seconds(1);
            clients.stream().filter(client -> client != null).forEach(KoineClient::drop);
            return bench.loop()
                    .ask(() -> Result.of(bench.target().name(), "reconnect " + connections)
                            .with("rate", connections / usage.seconds())
                            .with(latencies)
                            .with("all_ms", latencies.millis(100))
                            .with(usage, connections)
                            .with("lost", messages - tally.deliveries())
                            .with("duplicated", duplicated())
                            .with("refused", refused + tally.refusals()));
        }

        /// Tries again and again, as clients do; null for one that gave up.
        private CompletableFuture<KoineClient> comeBack(int index, String cursor) {
            return bench.koine()
                    .resume(accounts.get(index), cursor, receivers.get(index))
                    .thenApply(this::synced)
                    .exceptionallyCompose(_ -> tryAgain(index, cursor));
        }

        private KoineClient synced(KoineClient client) {
            latencies.record(System.nanoTime() - started);
            return client;
        }

        private CompletableFuture<KoineClient> tryAgain(int index, String cursor) {
            if (System.nanoTime() - started > PATIENCE_NANOS) {
                bench.loop().execute(() -> refused++);
                return CompletableFuture.completedFuture(null);
            }
            int later = ThreadLocalRandom.current().nextInt(RETRY_MILLIS);
            return CompletableFuture.supplyAsync(
                            () -> true, CompletableFuture.delayedExecutor(later, TimeUnit.MILLISECONDS))
                    .thenCompose(_ -> comeBack(index, cursor));
        }

        private long duplicated() {
            return receivers.stream()
                    .mapToLong(receiver -> receiver.stream().duplicated())
                    .sum();
        }
    }
}
