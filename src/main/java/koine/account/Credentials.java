package koine.account;

import java.util.function.Function;
import java.util.function.Supplier;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.kernel.Text;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/// By which it is known whose an account is: a name and a password.
@Service
public class Credentials {

    private final AccountStore store;
    private final Passwords passwords;
    private final TransactionalOperator transaction;

    Credentials(AccountStore store, Passwords passwords, TransactionalOperator transaction) {
        this.store = store;
        this.passwords = passwords;
        this.transaction = transaction;
    }

    /// Finds the account whose username or e-mail address and password these are and does, in a transaction
    /// in which the password stays what it is, what they were shown for; gives the latter. An unknown name
    /// and a wrong password can't be told apart, by the time it takes either.
    ///
    /// Errors: `WRONG_CREDENTIALS`.
    public <T> Mono<T> authenticate(
            @Nullable String usernameOrEmail, @Nullable String password, Function<AccountId, Mono<T>> andThen) {
        return Mono.defer(() -> {
            var name = required("usernameOrEmail", usernameOrEmail, Names.MAX_EMAIL);
            var secret = required("password", password, Passwords.MAX_LENGTH);
            return store.findPassword(name)
                    .flatMap(found -> check(secret, found))
                    .switchIfEmpty(
                            Mono.defer(() -> passwords.matches(secret, null).then(wrongCredentials())))
                    .flatMap(found -> transaction.transactional(hold(found).flatMap(andThen)));
        });
    }

    /// Changes the password of whoever is signed in and, in the same transaction, what has to go with it;
    /// gives the latter.
    ///
    /// Errors: `WRONG_CREDENTIALS` if the old one is not theirs; `INVALID_REQUEST` for an unusable new one.
    public <T> Mono<T> changePassword(
            AccountId id, @Nullable String oldPassword, @Nullable String newPassword, Supplier<Mono<T>> andThen) {
        return Mono.fromCallable(() -> passwords.usable("new_password", newPassword))
                .flatMap(wanted ->
                        prove(id, "old_password", oldPassword).zipWhen(_ -> passwords.hash(wanted), Change::new))
                .flatMap(change -> transaction.transactional(change(change).then(Mono.defer(andThen))));
    }

    /// @param passwordMark of the password that is forgotten
    public record Reset(
            AccountId account,
            String passwordMark,
            @Nullable String newPassword) {

        /// Without the password, so that it can't get into a log.
        @Override
        public String toString() {
            return "Reset[account=" + account + "]";
        }
    }

    /// Sets another password in the place of the one with that mark and, in the same transaction, does what
    /// has to go with it; gives the latter. Empty if the password is another one by now.
    ///
    /// Errors: `INVALID_REQUEST` for an unusable new one.
    public <T> Mono<T> resetPassword(Reset reset, Supplier<Mono<T>> andThen) {
        return Mono.fromCallable(() -> passwords.usable("new_password", reset.newPassword()))
                .flatMap(wanted -> store.findPassword(reset.account())
                        .filter(found -> Passwords.isMarkOf(found.passwordHash(), reset.passwordMark()))
                        .zipWhen(_ -> passwords.hash(wanted), Change::new))
                .flatMap(change -> transaction.transactional(store.setPassword(change.old(), change.newHash())
                        .filter(Boolean::booleanValue)
                        .flatMap(_ -> andThen.get())));
    }

    /// Completes if it is the password of whoever is signed in.
    ///
    /// Errors: `WRONG_CREDENTIALS`; `INVALID_REQUEST` without one.
    public Mono<Void> confirm(AccountId id, @Nullable String password) {
        return Mono.defer(() -> prove(id, "password", password)).then();
    }

    private record Change(AccountStore.StoredPassword old, String newHash) {}

    private Mono<Void> change(Change change) {
        return store.setPassword(change.old(), change.newHash())
                .flatMap(done -> done ? Mono.empty() : wrongCredentials());
    }

    /// The password of whoever is signed in, if this is the password.
    private Mono<AccountStore.StoredPassword> prove(AccountId id, String field, @Nullable String password) {
        var secret = required(field, password, Passwords.MAX_LENGTH);
        return store.findPassword(id).switchIfEmpty(Accounts.noLonger()).flatMap(found -> check(secret, found));
    }

    private Mono<AccountStore.StoredPassword> check(String password, AccountStore.StoredPassword found) {
        return passwords
                .matches(password, found.passwordHash())
                .flatMap(right -> right ? Mono.just(found) : wrongCredentials());
    }

    private Mono<AccountId> hold(AccountStore.StoredPassword found) {
        return store.hold(found).switchIfEmpty(wrongCredentials());
    }

    private static String required(String field, @Nullable String text, int max) {
        return Text.required(field, text, 1, max);
    }

    private static <T> Mono<T> wrongCredentials() {
        return Mono.error(() -> new Refused(ErrorCode.WRONG_CREDENTIALS, "no such user, or the password is wrong"));
    }
}
