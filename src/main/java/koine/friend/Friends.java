package koine.friend;

import java.util.List;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.limit.Limit;
import koine.limit.Limits;
import koine.log.Log;
import koine.log.Person;
import koine.log.Positions;
import koine.log.Written;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Who is whose friend, and who has asked whom. Everything is judged by how the two stand once the log's clock
/// is held, so that requests which cross are one friendship.
///
/// Each change gives how oneself stood with the other before it, and refuses with `INVALID_REQUEST` what is
/// aimed at oneself.
@Service
public class Friends {

    private final FriendshipStore store;
    private final Blocks blocks;
    private final Pairs pairs;
    private final Log log;
    private final FriendProperties properties;
    private final Limits limits;

    Friends(FriendshipStore store, Blocks blocks, Pairs pairs, Log log, FriendProperties properties, Limits limits) {
        this.store = store;
        this.blocks = blocks;
        this.pairs = pairs;
        this.log = log;
        this.properties = properties;
        this.limits = limits;
    }

    /// An account's friends, in the order of their ids.
    ///
    /// @param after the id after which to go on; 0 from the first on
    public Flux<Person> list(AccountId me, long after, int limit) {
        return store.friends(me, after, limit);
    }

    /// The requests that wait for an answer.
    public Mono<FriendRequests> requests(AccountId me) {
        return store.requests(me, Standing.WAS_ASKED)
                .collectList()
                .zipWith(store.requests(me, Standing.ASKED).collectList(), FriendRequests::new);
    }

    /// Asks somebody to be one's friend; who was asked by them is their friend at once. Asking again, or
    /// somebody who is one's friend, changes nothing.
    ///
    /// Errors: `USER_NOT_EXISTS`; `BLOCKED`; `TOO_MANY_REQUESTS` if one asks too often, or
    /// either has too many requests, or friends.
    public Mono<Standing> request(AccountId me, AccountId other) {
        return limits.count(Limit.FRIEND_REQUESTS, me)
                .then(Mono.defer(() -> pairs.find(me, other, ErrorCode.USER_NOT_EXISTS)))
                .delayUntil(this::refuseIfFull)
                .flatMap(pair -> log.write(positions -> blocks.refuseIfApart(me, List.of(other))
                        .then(store.standing(me, other))
                        .flatMap(standing -> ask(pair, standing, positions))));
    }

    /// Accepts somebody's request. For one who is a friend already nothing changes.
    ///
    /// Errors: `USER_NOT_EXISTS`; `INVALID_REQUEST` if they have not asked; `TOO_MANY_REQUESTS` if either has too
    /// many friends.
    public Mono<Standing> accept(AccountId me, AccountId other) {
        return pairs.find(me, other, ErrorCode.USER_NOT_EXISTS)
                .delayUntil(this::refuseIfFull)
                .flatMap(pair -> log.write(
                        positions -> store.standing(me, other).flatMap(standing -> accept(pair, standing, positions))));
    }

    /// Denies somebody's request. Without one nothing changes.
    ///
    /// Errors: `USER_NOT_EXISTS`.
    public Mono<Standing> deny(AccountId me, AccountId other) {
        return pairs.find(me, other, ErrorCode.USER_NOT_EXISTS)
                .flatMap(pair -> log.write(positions -> store.standing(me, other)
                        .flatMap(standing -> standing == Standing.WAS_ASKED
                                ? part(pair, standing, positions)
                                : Mono.just(Written.nothing(standing)))));
    }

    /// Ends a friendship, or takes one's own request back. Without either nothing changes.
    ///
    /// Errors: `USER_DOES_NOT_EXIST`.
    public Mono<Standing> remove(AccountId me, AccountId other) {
        return pairs.find(me, other, ErrorCode.USER_DOES_NOT_EXIST)
                .flatMap(pair -> log.write(
                        positions -> store.standing(me, other).flatMap(standing -> remove(pair, standing, positions))));
    }

    private Mono<Written<Standing>> ask(Pair pair, Standing standing, Positions positions) {
        return switch (standing) {
            case NONE ->
                store.set(pair, Standing.ASKED, Standing.WAS_ASKED)
                        .then(Mono.fromSupplier(() -> new Written<>(standing, pair.asked(positions))));
            case WAS_ASKED -> becomeFriends(pair, positions);
            case ASKED, FRIENDS -> Mono.just(Written.nothing(standing));
        };
    }

    private Mono<Written<Standing>> accept(Pair pair, Standing standing, Positions positions) {
        return switch (standing) {
            case WAS_ASKED -> becomeFriends(pair, positions);
            case FRIENDS -> Mono.just(Written.nothing(standing));
            case NONE, ASKED -> Mono.error(Refused.invalid("user_id", "has not asked to be your friend"));
        };
    }

    private Mono<Written<Standing>> remove(Pair pair, Standing standing, Positions positions) {
        return switch (standing) {
            case FRIENDS, ASKED -> part(pair, standing, positions);
            case NONE, WAS_ASKED -> Mono.just(Written.nothing(standing));
        };
    }

    private Mono<Written<Standing>> becomeFriends(Pair pair, Positions positions) {
        return store.set(pair, Standing.FRIENDS, Standing.FRIENDS)
                .then(Mono.fromSupplier(() -> new Written<>(Standing.WAS_ASKED, pair.accepted(positions))));
    }

    private Mono<Written<Standing>> part(Pair pair, Standing standing, Positions positions) {
        return store.delete(pair).map(_ -> new Written<>(standing, pair.parted(positions)));
    }

    /// Before the clock is taken: counting takes longer than it shall be held.
    private Mono<Void> refuseIfFull(Pair pair) {
        return store.standing(pair.me().id(), pair.other().id()).flatMap(standing -> switch (standing) {
            case NONE ->
                most(pair, Standing.ASKED, Standing.WAS_ASKED)
                        .flatMap(most -> refuseFrom(properties.maxRequests(), most, "friend requests"));
            case WAS_ASKED ->
                most(pair, Standing.FRIENDS, Standing.FRIENDS)
                        .flatMap(most -> refuseFrom(properties.maxFriends(), most, "friends"));
            case ASKED, FRIENDS -> Mono.empty();
        });
    }

    /// How many of these oneself has, or of those the other, whichever is more.
    private Mono<Long> most(Pair pair, Standing mine, Standing theirs) {
        return store.count(pair.me().id(), mine)
                .zipWith(store.count(pair.other().id(), theirs), Math::max);
    }

    private static Mono<Void> refuseFrom(int limit, long count, String what) {
        return count < limit
                ? Mono.empty()
                : Mono.error(new Refused(
                        ErrorCode.TOO_MANY_REQUESTS, "one of you two has %d %s already".formatted(limit, what)));
    }
}
