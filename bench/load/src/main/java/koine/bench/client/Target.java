package koine.bench.client;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A server that is measured: how people come to be there, and how they connect.
public interface Target {

    String name();

    /// So many accounts that nobody has used yet.
    List<Account> accounts(int count);

    /// So many pairs of new accounts, each with a chat of their own.
    List<Pair> pairs(int count);

    /// A room of so many new accounts.
    Room room(int members);

    /// Completes when they are online.
    CompletableFuture<Client> connect(Account account, Inbox inbox);
}
