package koine.friend;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import koine.account.Account;
import koine.account.Accounts;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.limit.Limit;
import koine.limit.Limits;
import koine.log.Person;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Others, as somebody may find and see them: nobody finds whom they block, or by whom they are blocked.
@Service
public class People {

    private final Accounts accounts;
    private final Blocks blocks;
    private final FriendshipStore friendships;
    private final Limits limits;

    People(Accounts accounts, Blocks blocks, FriendshipStore friendships, Limits limits) {
        this.accounts = accounts;
        this.blocks = blocks;
        this.friendships = friendships;
        this.limits = limits;
    }

    /// Somebody, with the e-mail address where one may see it.
    ///
    /// Errors: `USER_DOES_NOT_EXIST`.
    public Mono<Contact> contact(AccountId me, AccountId other) {
        return accounts.find(other)
                .onErrorMap(Refused.class, _ -> new Refused(ErrorCode.USER_DOES_NOT_EXIST, "there is no such user"))
                .flatMapMany(found -> shown(me, List.of(found)))
                .single();
    }

    /// All there are, in the order of their ids; oneself is among them, but nobody with whom there is a block.
    ///
    /// @param after the id after which to go on; 0 from the first on
    public Flux<Contact> contacts(AccountId me, long after, int limit) {
        return blocks.apart(me)
                .flatMap(apart -> accounts.list(after, apart, limit).collectList())
                .flatMapMany(found -> shown(me, found));
    }

    private Flux<Contact> shown(AccountId me, List<Account> accounts) {
        return friendships
                .friendsAmong(me, accounts.stream().map(Account::id).toList())
                .collect(Collectors.toSet())
                .flatMapIterable(friends -> accounts.stream()
                        .map(account -> shown(account, account.id().equals(me) || friends.contains(account.id())))
                        .toList());
    }

    private static Contact shown(Account account, boolean isClose) {
        return new Contact(account.id(), account.username(), isClose ? account.email() : null);
    }

    /// Whoever is called like the text, but oneself, in the order of [Accounts#search].
    ///
    /// Errors: as [Accounts#search]; `TOO_MANY_REQUESTS`.
    public Flux<Person> search(AccountId me, @Nullable String text, int limit) {
        return limits.count(Limit.SEARCHES, me)
                .then(Mono.defer(() -> hiddenFrom(me)))
                .flatMapMany(hidden -> accounts.search(text, hidden, limit));
    }

    private Mono<Set<AccountId>> hiddenFrom(AccountId me) {
        return blocks.apart(me)
                .map(apart -> Stream.concat(Stream.of(me), apart.stream()).collect(Collectors.toUnmodifiableSet()));
    }
}
