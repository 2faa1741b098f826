package koine.friend;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import koine.account.Accounts;
import koine.kernel.AccountId;
import koine.log.Person;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Others, as somebody may find them: never oneself, and nobody with whom there is a block.
@Service
public class People {

    private final Accounts accounts;
    private final Blocks blocks;

    People(Accounts accounts, Blocks blocks) {
        this.accounts = accounts;
        this.blocks = blocks;
    }

    /// Whoever is called like the text, in the order of [Accounts#search].
    ///
    /// Errors: as [Accounts#search].
    public Flux<Person> search(AccountId me, @Nullable String text, int limit) {
        return hiddenFrom(me).flatMapMany(hidden -> accounts.search(text, hidden, limit));
    }

    private Mono<Set<AccountId>> hiddenFrom(AccountId me) {
        return blocks.apart(me)
                .map(apart -> Stream.concat(Stream.of(me), apart.stream()).collect(Collectors.toUnmodifiableSet()));
    }
}
