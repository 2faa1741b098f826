package koine.bench.client;

import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import koine.bench.net.WebSockets;

/// Koine by its native socket; and the limit, which speaks the same frames.
public final class KoineTarget implements Target {

    private final String name;
    private final WebSockets sockets;
    private final URI server;
    private final URI uri;
    private final KoineSeed seed;

    /// @param server its HTTP address, without a path
    public KoineTarget(String name, WebSockets sockets, URI server, KoineSeed seed) {
        this.name = name;
        this.sockets = sockets;
        this.server = server;
        this.uri = URI.create("ws://" + server.getHost() + ":" + server.getPort() + "/ws");
        this.seed = seed;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Account> accounts(int count) {
        var accounts = seed.accounts(count);
        seed.analyze();
        return accounts;
    }

    @Override
    public List<Pair> pairs(int count) {
        var accounts = seed.accounts(2 * count);
        var senders = accounts.subList(0, count);
        var receivers = accounts.subList(count, 2 * count);
        var chats = seed.privateChats(senders, receivers);
        seed.analyze();
        return IntStream.range(0, count)
                .mapToObj(i -> new Pair(senders.get(i), receivers.get(i), Long.toString(chats.get(i))))
                .toList();
    }

    @Override
    public Room room(int members) {
        var accounts = seed.accounts(members);
        long chat = seed.room(accounts);
        seed.analyze();
        return new Room(Long.toString(chat), accounts);
    }

    /// For HTTP calls.
    public URI server() {
        return server;
    }

    public Archive archive() {
        return seed.archive();
    }

    public Database database() {
        return seed.database();
    }

    /// A private chat of one with each of the others.
    public List<Long> acquaint(Account one, List<Account> others) {
        return seed.privateChats(Collections.nCopies(others.size(), one), others);
    }

    /// Gives each of the accounts private chats with as many others, who are its neighbours in the list.
    ///
    /// @param chats an even number, less than the number of accounts
    /// @return the chats of each account with the one after it
    public List<Long> befriend(List<Account> accounts, int chats) {
        var next = List.<Long>of();
        for (int distance = chats / 2; distance > 0; distance--) {
            next = seed.privateChats(accounts, rotated(accounts, distance));
        }
        seed.analyze();
        return next;
    }

    @Override
    public CompletableFuture<Client> connect(Account account, Inbox inbox) {
        return resume(account, null, inbox).thenApply(client -> client);
    }

    /// @param cursor after which events are wanted; null for those from now on
    public CompletableFuture<KoineClient> resume(Account account, String cursor, Inbox inbox) {
        var client = new KoineClient(cursor, inbox);
        var address = new WebSockets.Address(uri, "", Map.of("authorization", "Bearer " + account.secret()));
        sockets.open(address, client).whenComplete((_, problem) -> client.failed(problem));
        return client.online();
    }

    private static List<Account> rotated(List<Account> accounts, int by) {
        return IntStream.range(0, accounts.size())
                .mapToObj(i -> accounts.get((i + by) % accounts.size()))
                .toList();
    }
}
