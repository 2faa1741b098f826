package koine.bench.scenario;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import koine.bench.client.Account;
import koine.bench.client.Client;
import koine.bench.client.Inbox;

/// People who connect, stay for some seconds, drop without a goodbye, and come again.
final class Visitors {

    private static final int LONGEST_MILLIS = 10_000;
    private static final int SHORTEST_MILLIS = 1_000;

    private final Bench bench;
    private final List<Account> accounts;
    private final Queue<Client> there = new ConcurrentLinkedQueue<>();
    private final AtomicLong visits = new AtomicLong();
    private volatile boolean stopped;

    Visitors(Bench bench, int count) {
        this.bench = bench;
        this.accounts = bench.target().accounts(count);
    }

    /// They come one after the other, within the time that one stays.
    void start() {
        accounts.forEach(this::later);
    }

    /// Nobody comes any more; who is there drops.
    void stop() {
        stopped = true;
        there.forEach(Client::drop);
    }

    long visits() {
        return visits.get();
    }

    private void come(Account account) {
        if (stopped) {
            return;
        }
        bench.target()
                .connect(account, Inbox.IDLE)
                .thenAccept(client -> stay(account, client))
                .exceptionally(_ -> {
                    later(account);
                    return null;
                });
    }

    private void stay(Account account, Client client) {
        visits.incrementAndGet();
        there.add(client);
        after(() -> {
            there.remove(client);
            client.drop();
            later(account);
        });
        if (stopped) {
            client.drop();
        }
    }

    private void later(Account account) {
        after(() -> come(account));
    }

    private static void after(Runnable work) {
        int millis = ThreadLocalRandom.current().nextInt(SHORTEST_MILLIS, LONGEST_MILLIS);
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS).execute(work);
    }
}
