package koine.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import koine.delivery.PresenceStore.Change;
import koine.delivery.Watchers.Found;
import koine.delivery.Watchers.Watching;
import koine.friend.Blocks;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.log.Event;
import koine.log.GroupWriter;
import koine.log.LogListener;
import koine.log.LogTail;
import koine.log.Signal;
import koine.log.Signal.PresenceChanged;
import koine.log.SignalListener;
import koine.log.Signals;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Service;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/// Who is there: an account is online while any device of it is connected to any server. A device that says
/// goodbye is gone at once; of one that vanishes it is hoped for half a minute that it comes back. Only
/// connections that watch an account are told of it.
///
/// Who has blocked somebody, or was blocked, looks to them as one who has never come. That is asked for when
/// somebody begins to watch, and follows from the log from then on.
///
/// What is shown is looked up again now and then, so that a lost signal, or a server that died with its
/// connections, is shown wrongly for a while only.
///
/// All of its state is touched only inside the log's feed.
@Service
public class Presence implements LogListener, SignalListener, SmartLifecycle {

    private static final int MAX_WATCHED = 200;

    /// How often what is shown is looked up within the time after which a vanished device counts as gone.
    private static final int LOOKS = 3;

    private static final int MAX_WAITING = 100_000;
    private static final int MAX_GROUP = 1_000;
    private static final Duration APART = Duration.ofMillis(20);
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final LogTail feed;
    private final Signals signals;
    private final PresenceStore store;
    private final Blocks blocks;
    private final DeliveryProperties properties;
    private final GroupWriter<Waiting> changes;
    private final Map<AccountId, Here> here = new HashMap<>();
    private final Watchers watchers = new Watchers();
    private volatile Disposable looking = Disposables.disposed();

    Presence(LogTail feed, Signals signals, PresenceStore store, Blocks blocks, DeliveryProperties properties) {
        this.feed = feed;
        this.signals = signals;
        this.store = store;
        this.blocks = blocks;
        this.properties = properties;
        this.changes = new GroupWriter<>(MAX_WAITING, MAX_GROUP, APART, this::write);
        feed.follow(this);
        signals.follow(this);
    }

    /// An account with connections to this server, or that had some until a moment ago.
    private static final class Here {

        private int connections;
        private Disposable hoping = Disposables.disposed();
    }

    /// @param done told when it has been written; null where nobody waits for that
    private record Waiting(Change change, @Nullable MonoSink<Void> done) {

        static Waiting of(AccountId account, boolean online) {
            return new Waiting(new Change(account, online), null);
        }
    }

    /// Whether an account is there now, and when it last came or went, as the viewer may know it.
    public Mono<PresenceChanged> of(AccountId viewer, AccountId account) {
        return blocks.apart(viewer, Set.of(account))
                .flatMap(apart ->
                        apart.isEmpty() ? store.find(Set.of(account)).next() : Mono.just(Watchers.neverThere(account)));
    }

    /// Takes somebody's word that they are there, or are not, until a device of theirs comes or goes. Without
    /// any device it counts as long as one does that has vanished.
    ///
    /// It is written in its turn: behind what waits of the same account, which it may contradict. Completes when it
    /// has been written.
    ///
    /// Errors: `UNAVAILABLE` when too many changes are waiting: it was not taken. As writing fails.
    public Mono<Void> declare(AccountId account, boolean online) {
        return Mono.create(done -> feed.execute(() -> {
            if (online) {
                came(account);
                left(account, false);
            }
            if (!changes.offer(new Waiting(new Change(account, online), done))) {
                done.error(new Refused(ErrorCode.UNAVAILABLE, "too many are coming and going at the moment"));
            }
        }));
    }

    /// Tells the connection from now on how these accounts are and when that changes, and no others.
    ///
    /// Errors: `INVALID_REQUEST` for more than 200.
    Mono<Void> watch(LiveConnection connection, List<AccountId> accounts) {
        if (accounts.size() > MAX_WATCHED) {
            return Mono.error(Refused.invalid("user_ids", "must name at most %d users".formatted(MAX_WATCHED)));
        }
        var wanted = Set.copyOf(accounts);
        var watching = new Watching(wanted);
        return inFeed(() -> watchers.replace(connection, watching))
                .then(find(connection.account(), wanted))
                .doOnNext(found -> feed.execute(() -> watchers.showTo(connection, watching, found)))
                .then();
    }

    private Mono<Found> find(AccountId watcher, Set<AccountId> accounts) {
        return blocks.apart(watcher, accounts).zipWith(store.find(accounts).collectList(), Found::new);
    }

    /// Completes when the task has run: what is asked for after that is not older than what the feed tells next.
    private Mono<Void> inFeed(Runnable task) {
        return Mono.create(done -> feed.execute(() -> {
            task.run();
            done.success();
        }));
    }

    void opened(LiveConnection connection) {
        feed.execute(() -> came(connection.account()));
    }

    void closed(LiveConnection connection) {
        feed.execute(() -> {
            watchers.replace(connection, new Watching(Set.of()));
            left(connection.account(), connection.saidGoodbye());
        });
    }

    @Override
    public void onEvents(List<Event> events) {
        for (var event : events) {
            if (event instanceof Event.Blocked blocked) {
                watchers.allow(blocked.account(), blocked.other().id(), false);
            } else if (event instanceof Event.Unblocked unblocked && !unblocked.stillBlocked()) {
                watchers.allow(unblocked.account(), unblocked.other().id(), true);
            }
        }
    }

    @Override
    public void onSignal(Signal signal) {
        if (signal instanceof PresenceChanged changed) {
            watchers.show(changed);
        }
    }

    @Override
    public void start() {
        looking = Flux.interval(properties.vanishedAfter().dividedBy(LOOKS))
                .onBackpressureDrop()
                .subscribe(_ -> feed.execute(this::lookAgain));
    }

    @Override
    public void stop() {
        looking.dispose();
    }

    @Override
    public boolean isRunning() {
        return !looking.isDisposed();
    }

    private void came(AccountId account) {
        var user = here.get(account);
        if (user == null) {
            user = new Here();
            here.put(account, user);
            changes.offer(Waiting.of(account, true));
        }
        user.hoping.dispose();
        user.connections++;
    }

    private void left(AccountId account, boolean goodbye) {
        var user = here.get(account);
        if (user == null || --user.connections > 0) {
            return;
        }
        if (goodbye) {
            gone(account, user);
        } else {
            user.hoping =
                    Mono.delay(properties.vanishedAfter()).subscribe(_ -> feed.execute(() -> gone(account, user)));
        }
    }

    private void gone(AccountId account, Here user) {
        if (user.connections == 0 && here.remove(account, user)) {
            changes.offer(Waiting.of(account, false));
        }
    }

    /// Only the last change of each account counts. What can't be written is tried again: nothing else would
    /// tell that somebody has left.
    private Mono<Void> write(List<Waiting> group) {
        var last = new LinkedHashMap<AccountId, Change>();
        group.forEach(waiting -> last.put(waiting.change().account(), waiting.change()));
        var askers = group.stream()
                .flatMap(waiting -> Stream.ofNullable(waiting.done()))
                .toList();
        return store.change(new ArrayList<>(last.values()))
                .timeout(LONGEST)
                .doOnNext(signals::send)
                .doOnError(problem -> {
                    writeAgain(last.values());
                    askers.forEach(asker -> asker.error(problem));
                })
                .doOnComplete(() -> askers.forEach(MonoSink::success))
                .then();
    }

    /// Those of the changes that are still so.
    private void writeAgain(Collection<Change> notWritten) {
        Mono.delay(AGAIN)
                .filter(_ -> isRunning())
                .subscribe(_ -> feed.execute(() -> notWritten.stream()
                        .filter(change -> change.online() == here.containsKey(change.account()))
                        .forEach(change -> changes.offer(new Waiting(change, null)))));
    }

    private void lookAgain() {
        var accounts = watchers.accounts();
        for (int from = 0; from < accounts.size(); from += MAX_GROUP) {
            var some = accounts.subList(from, Math.min(from + MAX_GROUP, accounts.size()));
            store.find(some)
                    .collectList()
                    .onErrorComplete()
                    .subscribe(found -> feed.execute(() -> found.forEach(watchers::show)));
        }
    }
}
