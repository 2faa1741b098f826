package koine.friend;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.log.Event;
import koine.log.Event.Blocked;
import koine.log.Event.Unblocked;
import koine.log.Log;
import koine.log.Person;
import koine.log.Positions;
import koine.log.Written;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Who does not want to hear of whom. A block works both ways, whoever made it; the other one is not told of it
/// by any event.
@Service
public class Blocks {

    private final BlockStore store;
    private final FriendshipStore friendships;
    private final Pairs pairs;
    private final List<BlockListener> listeners;
    private final Log log;
    private final FriendProperties properties;

    Blocks(
            BlockStore store,
            FriendshipStore friendships,
            Pairs pairs,
            List<BlockListener> listeners,
            Log log,
            FriendProperties properties) {
        this.store = store;
        this.friendships = friendships;
        this.pairs = pairs;
        this.listeners = listeners;
        this.log = log;
        this.properties = properties;
    }

    /// Whom an account blocks, in the order of their ids.
    ///
    /// @param after the id after which to go on; 0 from the first on
    public Flux<Person> list(AccountId me, long after, int limit) {
        return store.list(me, after, limit);
    }

    /// Blocks somebody: a friendship of the two, or a request for one, is over. Blocking again changes nothing.
    ///
    /// Errors: `INVALID_REQUEST` for oneself; `USER_NOT_EXISTS`; `TOO_MANY_REQUESTS` for one who blocks as many
    /// as one may.
    public Mono<Void> block(AccountId me, AccountId other) {
        return pairs.find(me, other, ErrorCode.USER_NOT_EXISTS)
                .delayUntil(_ -> refuseIfFull(me))
                .flatMap(pair -> log.<Boolean>write(positions -> block(pair, positions)))
                .then();
    }

    /// Blocks somebody no longer. What the block has ended does not come back; without a block nothing changes.
    ///
    /// Errors: `INVALID_REQUEST` for oneself; `USER_DOES_NOT_EXIST`.
    public Mono<Void> unblock(AccountId me, AccountId other) {
        return pairs.find(me, other, ErrorCode.USER_DOES_NOT_EXIST)
                .flatMap(pair -> log.<Boolean>write(positions -> unblock(pair, positions)))
                .then();
    }

    /// Those of the others who block the account, or whom it blocks: they shall not find one another.
    public Mono<Set<AccountId>> apart(AccountId me, Collection<AccountId> others) {
        return others.isEmpty() ? Mono.just(Set.of()) : store.apart(me, others).collect(Collectors.toUnmodifiableSet());
    }

    /// All who block the account, or whom it blocks: it shall not find them.
    public Mono<Set<AccountId>> apart(AccountId me) {
        return store.apart(me).collect(Collectors.toUnmodifiableSet());
    }

    /// Completes if there is no block between the account and any of the others. Sure to stay so only within a
    /// change that holds the log's clock.
    ///
    /// Errors: `BLOCKED`.
    public Mono<Void> refuseIfApart(AccountId me, Collection<AccountId> others) {
        return apart(me, others).flatMap(apart -> apart.isEmpty() ? Mono.empty() : Mono.error(Refused.blocked()));
    }

    private Mono<Void> refuseIfFull(AccountId me) {
        return store.count(me)
                .filter(count -> count >= properties.maxBlocked())
                .flatMap(_ -> Mono.error(new Refused(
                        ErrorCode.TOO_MANY_REQUESTS,
                        "no more than %d users can be blocked".formatted(properties.maxBlocked()))));
    }

    private Mono<Written<Boolean>> block(Pair pair, Positions positions) {
        return store.insert(pair.me().id(), pair.other().id())
                .flatMap(isNew -> isNew ? part(pair, positions) : Mono.just(Written.nothing(false)));
    }

    private Mono<Written<Boolean>> part(Pair pair, Positions positions) {
        return tell(pair, true).then(friendships.delete(pair)).map(parted -> {
            var events = new ArrayList<Event>(parted ? pair.parted(positions) : List.of());
            events.add(new Blocked(positions.next(), pair.me().id(), pair.other()));
            return new Written<>(true, events);
        });
    }

    private Mono<Written<Boolean>> unblock(Pair pair, Positions positions) {
        return store.delete(pair.me().id(), pair.other().id())
                .flatMap(wasThere -> wasThere ? allow(pair, positions) : Mono.just(Written.nothing(false)));
    }

    /// The other may have a block of their own.
    private Mono<Written<Boolean>> allow(Pair pair, Positions positions) {
        return store.apart(pair.me().id(), List.of(pair.other().id()))
                .hasElements()
                .delayUntil(still -> tell(pair, still))
                .map(still -> new Unblocked(positions.next(), pair.me().id(), pair.other(), still))
                .map(event -> new Written<>(true, List.of(event)));
    }

    private Mono<Void> tell(Pair pair, boolean apart) {
        return Flux.fromIterable(listeners)
                .concatMap(listener ->
                        listener.onBlock(pair.me().id(), pair.other().id(), apart))
                .then();
    }
}
