package koine.friend;

import java.util.List;
import java.util.Map;
import koine.account.Accounts;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.log.Person;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Finds the two of whom one wants something of the other.
@Component
class Pairs {

    private final Accounts accounts;

    Pairs(Accounts accounts) {
        this.accounts = accounts;
    }

    /// Errors: `INVALID_REQUEST` for oneself; the code, if there is no such other.
    Mono<Pair> find(AccountId me, AccountId other, ErrorCode missing) {
        if (me.equals(other)) {
            return Mono.error(Refused.invalid("user_id", "must be somebody else's"));
        }
        return accounts.usernames(List.of(me, other))
                .map(names -> new Pair(person(me, names, ErrorCode.NOT_AUTHENTICATED), person(other, names, missing)));
    }

    private static Person person(AccountId id, Map<AccountId, String> names, ErrorCode missing) {
        var name = names.get(id);
        if (name == null) {
            throw new Refused(missing, "there is no user " + id.value());
        }
        return new Person(id, name);
    }
}
