package koine.protocol;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import koine.account.Accounts;
import koine.kernel.AccountId;
import koine.kernel.Text;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// The names under which accounts are shown, for protocols whose frames tell them: events have ids. A name never
/// changes but to that of an erased account; one that was looked up is good for a minute.
@Component
public class ShownNames {

    /// About 300 bytes each.
    private static final int MOST = 10_000;

    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    private final Remembered<AccountId, String> names;

    ShownNames(Accounts accounts, Clock clock) {
        this.names = new Remembered<>(
                MOST,
                LOOK_AGAIN,
                clock,
                account -> accounts.shownNames(List.of(account)).mapNotNull(found -> found.get(account)));
    }

    /// That of an account that is there, or was: then `deleted-<id>`. Empty for one that never was.
    public Mono<String> of(AccountId account) {
        return names.get(account);
    }

    /// Whether that is what the account is called. Names are the same if nobody else could have the other one.
    public Mono<Boolean> isCalled(AccountId account, String name) {
        return of(account).map(shown -> Text.key(shown).equals(Text.key(name))).defaultIfEmpty(false);
    }
}
