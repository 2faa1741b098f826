package koine.log;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import koine.kernel.AccountId;
import koine.kernel.Cursor;
import org.springframework.stereotype.Service;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/// The one place where durable facts get their positions, and from which they are read again.
@Service
public class Log {

    private final LogStore store;
    private final LogTail tail;
    private final ClusterBus bus;
    private final TransactionalOperator transaction;
    private final List<Consequences> consequences;

    Log(
            LogStore store,
            LogTail tail,
            ClusterBus bus,
            TransactionalOperator transaction,
            List<Consequences> consequences) {
        this.store = store;
        this.tail = tail;
        this.bus = bus;
        this.transaction = transaction;
        this.consequences = consequences;
    }

    /// Runs the change in a transaction that holds the log's clock from its start to its commit, and stores the
    /// events it gives and those that follow from them. After the commit tells them to this server's feed, and
    /// completes once all of it is durable.
    ///
    /// The change runs to its end even if the caller goes away. Whatever it errors with undoes it, and its
    /// positions are as if never handed out.
    public <T> Mono<T> write(Function<Positions, Mono<Written<T>>> change) {
        var written = Mono.defer(() -> transaction.transactional(changeUnderTheClock(change)))
                .doOnNext(done -> tail.accept(done.events()))
                .map(Written::result);
        return Mono.fromFuture(written::toFuture, true);
    }

    /// Tells this server's feed of events that were committed by other means than [#write]; in any order,
    /// repeats allowed.
    public void committed(List<Event> events) {
        tail.accept(events);
    }

    /// The name under which a statement that stores events by itself tells other servers of them, by calling
    /// the database's function `other_servers` and notifying `koine_log`; empty if there is nobody to tell.
    public Optional<String> announcer() {
        return bus.announcer();
    }

    /// Has the feed look into the database at once. For use when it is not known whether a write was committed.
    public void check() {
        tail.check();
    }

    /// The events after a position that an account may see, oldest first.
    public Mono<LogPage> readFor(AccountId reader, long after, int limit) {
        return store.readFor(reader, after, limit);
    }

    /// As [#readFor], for somebody who has just come: most of those have missed nothing, which is found out for
    /// many of them at a time.
    public Mono<LogPage> readFirstFor(AccountId reader, long after, int limit) {
        return store.nothingFor(reader, after).switchIfEmpty(Mono.defer(() -> readFor(reader, after, limit)));
    }

    /// All events after a position, oldest first.
    public Mono<LogPage> read(long after, int limit) {
        return store.read(after, limit);
    }

    /// Where the log ends now: everything that is committed is at or before it.
    public Mono<Head> head() {
        return store.head();
    }

    /// The cursor for a position of an event that the feed has delivered.
    public Cursor cursorAt(long position) {
        return new Cursor(tail.epoch(), position);
    }

    private <T> Mono<Written<T>> changeUnderTheClock(Function<Positions, Mono<Written<T>>> change) {
        return store.lockClock()
                .map(Positions::new)
                .flatMap(positions -> change.apply(positions)
                        .flatMap(written -> withConsequences(written, positions))
                        .delayUntil(written -> store.append(written.events(), positions.last()))
                        .delayUntil(written -> announce(written.events(), positions.last())));
    }

    /// Each is shown what the ones before it have brought about as well.
    private <T> Mono<Written<T>> withConsequences(Written<T> written, Positions positions) {
        var all = Mono.just(written);
        if (!written.events().isEmpty()) {
            for (var each : consequences) {
                all = all.flatMap(before -> each.of(before.events(), positions).map(before::and));
            }
        }
        return all;
    }

    private Mono<Void> announce(List<Event> events, long head) {
        return events.isEmpty() ? Mono.empty() : bus.announce(head);
    }
}
