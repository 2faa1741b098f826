package koine.protocol;

import java.util.concurrent.CompletableFuture;
import koine.delivery.Missed;
import koine.kernel.AccountId;
import koine.log.LogPage;
import koine.message.Undelivered;
import reactor.core.publisher.Mono;

/// What waited for an account when it came, the messages above all, for one connection of a protocol whose clients
/// can't ask for it.
public final class Backlog implements Missed {

    private final Missed waiting;
    private final CompletableFuture<Void> read = new CompletableFuture<>();

    /// @param upTo where the log ended when the account came; from there on the log itself tells
    public Backlog(Undelivered undelivered, AccountId account, long upTo) {
        this((after, limit) -> undelivered.page(account, after, upTo, limit));
    }

    /// @param waiting all that waited
    public Backlog(Missed waiting) {
        this.waiting = waiting;
    }

    @Override
    public Mono<LogPage> read(long after, int limit) {
        return waiting.read(after, limit).doOnNext(this::noteEnd);
    }

    /// Completes when all of it has been read. Who sends into a chat has received what stands there before
    /// (ADR 9): a message that is sent earlier would take others out of the backlog before they are shown.
    public Mono<Void> whenRead() {
        return Mono.fromFuture(read, true);
    }

    private void noteEnd(LogPage page) {
        if (!page.full()) {
            read.complete(null);
        }
    }
}
