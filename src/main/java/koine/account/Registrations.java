package koine.account;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/// How accounts come to be.
@Service
public class Registrations {

    private final AccountStore store;
    private final Passwords passwords;
    private final TransactionalOperator transaction;

    Registrations(AccountStore store, Passwords passwords, TransactionalOperator transaction) {
        this.store = store;
        this.passwords = passwords;
        this.transaction = transaction;
    }

    /// Makes an account and, in the same transaction, what belongs to it from the start; gives the latter.
    ///
    /// Errors: `INVALID_REQUEST` for an unusable field; `USER_EXISTS`, naming the fields, if the username or
    /// the e-mail address is taken, case aside; `CONFLICT` if the number is.
    public <T> Mono<T> register(Register order, Function<AccountId, Mono<T>> andThen) {
        return Mono.fromCallable(() -> checked(order))
                .delayUntil(this::refuseIfTaken)
                .zipWhen(wanted -> passwords.hash(wanted.password()), this::newAccount)
                .flatMap(account -> transaction.transactional(insert(account).flatMap(andThen)));
    }

    private record Checked(
            String username,
            @Nullable String email,
            String password,
            @Nullable String phone) {}

    private Checked checked(Register order) {
        return new Checked(
                Names.username(order.username()),
                Names.email(order.email()),
                passwords.usable("password", order.password()),
                Phones.optional(order.phone()));
    }

    private AccountStore.NewAccount newAccount(Checked wanted, String passwordHash) {
        return new AccountStore.NewAccount(wanted.username(), wanted.email(), passwordHash, wanted.phone());
    }

    private Mono<AccountId> insert(AccountStore.NewAccount account) {
        return store.insert(account).switchIfEmpty(Mono.defer(() -> takenMeanwhile(account)));
    }

    /// Somebody was faster since the first look.
    private Mono<AccountId> takenMeanwhile(AccountStore.NewAccount account) {
        return store.taken(account.username(), account.email(), account.phone())
                .flatMap(Registrations::refuseIfTaken)
                .then(Mono.error(() -> userExists(Map.of())));
    }

    private Mono<Void> refuseIfTaken(Checked wanted) {
        return store.taken(wanted.username(), wanted.email(), wanted.phone()).flatMap(Registrations::refuseIfTaken);
    }

    private static Mono<Void> refuseIfTaken(AccountStore.Taken taken) {
        var fields = new LinkedHashMap<String, String>();
        if (taken.username()) {
            fields.put("username", "is taken");
        }
        if (taken.email()) {
            fields.put("email", "is taken");
        }
        if (!fields.isEmpty()) {
            return Mono.error(userExists(fields));
        }
        return taken.phone() ? Mono.error(Phones.taken()) : Mono.empty();
    }

    private static Refused userExists(Map<String, String> fields) {
        return new Refused(ErrorCode.USER_EXISTS, "there is an account with this username or e-mail address", fields);
    }
}
