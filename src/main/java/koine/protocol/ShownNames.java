package koine.protocol;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import koine.account.Accounts;
import koine.kernel.AccountId;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// The names under which accounts are shown, for protocols whose frames tell them: events have ids. A name never
/// changes but to that of an erased account; one that was looked up is good for a minute.
@Component
public class ShownNames {

    /// About 200 bytes each.
    private static final int MAX_KNOWN = 10_000;

    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    private final Accounts accounts;
    private final Clock clock;

    /// The least recently used is forgotten first.
    private final Map<AccountId, Known> known = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<AccountId, Known> eldest) {
            return size() > MAX_KNOWN;
        }
    });

    ShownNames(Accounts accounts, Clock clock) {
        this.accounts = accounts;
        this.clock = clock;
    }

    private record Known(String name, Instant at) {}

    /// That of an account that is there, or was: then `deleted-<id>`. Empty for one that never was.
    public Mono<String> of(AccountId account) {
        var found = known.get(account);
        return found != null && found.at().plus(LOOK_AGAIN).isAfter(clock.instant())
                ? Mono.just(found.name())
                : look(account);
    }

    private Mono<String> look(AccountId account) {
        return accounts.shownNames(List.of(account))
                .mapNotNull(names -> names.get(account))
                .doOnNext(name -> known.put(account, new Known(name, clock.instant())));
    }
}
