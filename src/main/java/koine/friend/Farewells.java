package koine.friend;

import java.util.List;
import koine.account.Accounts;
import koine.kernel.AccountId;
import koine.log.Event;
import koine.log.Event.FriendRemoved;
import koine.log.Log;
import koine.log.Person;
import koine.log.Positions;
import koine.log.Written;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;

/// How somebody takes leave of all others at once, before their account is erased.
@Service
public class Farewells {

    /// As many as the log's clock may well be held for.
    private static final int AT_A_TIME = 200;

    private final FriendshipStore friendships;
    private final BlockStore blocks;
    private final Accounts accounts;
    private final Log log;

    Farewells(FriendshipStore friendships, BlockStore blocks, Accounts accounts, Log log) {
        this.friendships = friendships;
        this.blocks = blocks;
        this.accounts = accounts;
        this.log = log;
    }

    /// Ends all friendships of the account and all requests by it or to it, and tells the others. What an error
    /// interrupts can be asked for again.
    public Mono<Void> endAll(AccountId me) {
        return Mono.defer(() -> log.write(positions -> endSome(me, positions)))
                .repeat()
                .takeWhile(others -> others == AT_A_TIME)
                .then();
    }

    /// Forgets the account's blocks, and those of others against it. To be called within the change that erases
    /// it.
    public Mono<Void> forgetBlocks(AccountId me) {
        return blocks.forget(me);
    }

    private Mono<Written<Integer>> endSome(AccountId me, Positions positions) {
        return accounts.usernames(List.of(me))
                .map(names -> new Person(me, names.getOrDefault(me, "")))
                .zipWhen(
                        self -> friendships.endSome(me, AT_A_TIME).collectList(),
                        (self, others) -> new Written<>(
                                others.size(),
                                others.stream()
                                        .<Event>map(other -> new FriendRemoved(positions.next(), other, self))
                                        .toList()));
    }
}
