package koine.bench.client;

import java.util.concurrent.CompletableFuture;

/// Somebody who is online: signed in, and given what is sent to them from now on.
public interface Client {

    /// @param address of a [Pair] or a [Room]
    void send(String address, byte[] text);

    /// Completes when the room's messages are given to them; in most protocols, that is from the start.
    default CompletableFuture<Void> enter(String room) {
        return CompletableFuture.completedFuture(null);
    }

    /// Ends the connection without a goodbye.
    void drop();
}
