package koine.account;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.kernel.Text;
import koine.log.ErasedNames;
import koine.log.Person;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Who there is.
@Service
public class Accounts {

    private static final int MAX_BIO = 64;

    private final AccountStore store;
    private final PeopleStore people;
    private final Passwords passwords;
    private final AccountProperties properties;
    private final ErasedNames erasedNames;
    private final TransactionalOperator transaction;

    Accounts(
            AccountStore store,
            PeopleStore people,
            Passwords passwords,
            AccountProperties properties,
            ErasedNames erasedNames,
            TransactionalOperator transaction) {
        this.store = store;
        this.people = people;
        this.passwords = passwords;
        this.properties = properties;
        this.erasedNames = erasedNames;
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

    /// Finds the account whose username or e-mail address and password these are and does, in a transaction
    /// in which the password stays what it is, what they were shown for; gives the latter. An unknown name
    /// and a wrong password can't be told apart, by the time it takes either.
    ///
    /// Errors: `WRONG_CREDENTIALS`.
    public <T> Mono<T> authenticate(
            @Nullable String usernameOrEmail, @Nullable String password, Function<AccountId, Mono<T>> andThen) {
        return Mono.defer(() -> {
            var name = required("usernameOrEmail", usernameOrEmail, 255);
            var secret = required("password", password, Passwords.MAX_LENGTH);
            return store.findCredentials(name)
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
        return Mono.fromCallable(() -> newPassword("new_password", newPassword))
                .flatMap(wanted ->
                        prove(id, "old_password", oldPassword).zipWhen(_ -> passwords.hash(wanted), Change::new))
                .flatMap(change -> transaction.transactional(change(change).then(Mono.defer(andThen))));
    }

    /// Where an account is reached; empty if it has no address.
    public Mono<Mailbox> mailbox(AccountId id) {
        return store.findMailbox(id);
    }

    /// The account that has the address; empty if none has.
    ///
    /// Errors: `INVALID_REQUEST` for what is no address.
    public Mono<Mailbox> mailbox(@Nullable String email) {
        return Mono.fromCallable(() -> Names.email(required("email", email, 255)))
                .flatMap(store::findMailbox);
    }

    /// Notes that somebody reads what is sent to the account's address; whether it still has that one.
    public Mono<Boolean> confirmEmail(AccountId id, String email) {
        return store.confirmEmail(id, email);
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
        return Mono.fromCallable(() -> newPassword("new_password", reset.newPassword()))
                .flatMap(wanted -> store.findCredentials(reset.account())
                        .filter(found -> Passwords.isMarkOf(found.passwordHash(), reset.passwordMark()))
                        .zipWhen(_ -> passwords.hash(wanted), Change::new))
                .flatMap(change -> transaction.transactional(store.setPassword(change.old(), change.newHash())
                        .filter(Boolean::booleanValue)
                        .flatMap(_ -> andThen.get())));
    }

    /// The account of whoever is signed in.
    ///
    /// Errors: `NOT_AUTHENTICATED` if it is no longer there.
    public Mono<Account> find(AccountId id) {
        return store.find(id).switchIfEmpty(noLonger());
    }

    /// What whoever is signed in is called.
    ///
    /// Errors: `NOT_AUTHENTICATED` if the account is no longer there.
    public Mono<String> usernameOf(AccountId id) {
        return people.usernameOf(id).switchIfEmpty(noLonger());
    }

    /// The usernames of those of the accounts that exist. One that was erased does not.
    public Mono<Map<AccountId, String>> usernames(Collection<AccountId> ids) {
        return people.usernames(ids);
    }

    /// The names under which accounts are shown; that of an erased one is `deleted-<id>`.
    public Mono<Map<AccountId, String>> shownNames(Collection<AccountId> ids) {
        return people.shownNames(ids);
    }

    /// Who is called that, case aside; empty if nobody is.
    public Mono<Person> named(@Nullable String username) {
        return Mono.fromCallable(() -> Text.required("username", username, 1, Names.MAX_USERNAME))
                .flatMap(people::named)
                .onErrorComplete(Refused.class);
    }

    /// Whose number it is; empty if it is nobody's.
    public Mono<AccountId> withPhone(String phone) {
        return people.findByPhone(phone);
    }

    /// The numbers of those of the accounts that have one.
    public Mono<Map<AccountId, String>> phones(Collection<AccountId> ids) {
        return people.phones(ids);
    }

    /// Completes if it is the password of whoever is signed in.
    ///
    /// Errors: `WRONG_CREDENTIALS`; `INVALID_REQUEST` without one.
    public Mono<Void> confirm(AccountId id, @Nullable String password) {
        return Mono.defer(() -> prove(id, "password", password)).then();
    }

    /// Leaves nothing of an account but a tombstone, a row without a holder that is shown as `deleted-<id>`:
    /// the name, the e-mail address and the number are free again. To be called within a change of the log.
    ///
    /// Errors: `NOT_AUTHENTICATED` if it is no longer there.
    public Mono<Void> erase(AccountId id) {
        return store.erase(id)
                .filter(Boolean::booleanValue)
                .switchIfEmpty(noLonger())
                .then(Mono.defer(() -> erasedNames.note(id, Names.tombstone(id))));
    }

    /// Sets the text that an account shows of itself.
    ///
    /// Errors: `INVALID_REQUEST` if it is over 64 characters.
    public Mono<Void> changeBio(AccountId id, @Nullable String bio) {
        return Mono.fromCallable(() -> Text.required("bio", bio, 0, MAX_BIO))
                .flatMap(text -> store.setBio(id, text))
                .filter(Boolean::booleanValue)
                .switchIfEmpty(noLonger())
                .then();
    }

    /// Sets an account's telephone number.
    ///
    /// Errors: `INVALID_REQUEST` unless it has exactly 10 digits; `CONFLICT` if it is another account's.
    public Mono<Void> changePhone(AccountId id, @Nullable String phone) {
        return Mono.fromCallable(() -> Phones.required(phone))
                .flatMap(number -> store.setPhone(id, number))
                .onErrorMap(DuplicateKeyException.class, _ -> phoneTaken())
                .filter(Boolean::booleanValue)
                .switchIfEmpty(noLonger())
                .then();
    }

    /// What an account shows of itself to everybody.
    ///
    /// Errors: `USER_DOES_NOT_EXIST`.
    public Mono<Profile> profile(AccountId id) {
        return store.find(id)
                .map(account -> new Profile(account.id(), account.username(), account.bio()))
                .switchIfEmpty(Mono.error(() -> new Refused(ErrorCode.USER_DOES_NOT_EXIST, "there is no such user")));
    }

    /// All accounts but some, in the order of their ids.
    ///
    /// @param after the id after which to go on; 0 from the first on
    public Flux<Account> list(long after, Collection<AccountId> except, int limit) {
        return people.list(after, except, limit);
    }

    /// Those whose username begins with the text, in the order of names, then those whose username has it, if it has
    /// three characters, and then those whose username is like it; of both the most like first.
    ///
    /// Errors: `INVALID_REQUEST` for a text that is empty or longer than usernames are.
    public Flux<Person> search(@Nullable String text, Collection<AccountId> except, int limit) {
        return Mono.fromCallable(() -> Text.required("q", text, 1, Names.MAX_USERNAME))
                .flatMapMany(wanted -> people.search(wanted, except, limit));
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
                newPassword("password", order.password()),
                Phones.optional(order.phone()));
    }

    private String newPassword(String field, @Nullable String password) {
        return Text.required(field, password, properties.minPasswordLength(), Passwords.MAX_LENGTH);
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
                .flatMap(Accounts::refuseIfTaken)
                .then(Mono.error(() -> userExists(Map.of())));
    }

    private Mono<Void> refuseIfTaken(Checked wanted) {
        return store.taken(wanted.username(), wanted.email(), wanted.phone()).flatMap(Accounts::refuseIfTaken);
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
        return taken.phone() ? Mono.error(phoneTaken()) : Mono.empty();
    }

    private static Refused phoneTaken() {
        return new Refused(ErrorCode.CONFLICT, "there is an account with this number", Map.of("phone", "is taken"));
    }

    private static Refused userExists(Map<String, String> fields) {
        return new Refused(ErrorCode.USER_EXISTS, "there is an account with this username or e-mail address", fields);
    }

    private record Change(AccountStore.Credentials old, String newHash) {}

    private Mono<Void> change(Change change) {
        return store.setPassword(change.old(), change.newHash())
                .flatMap(done -> done ? Mono.empty() : wrongCredentials());
    }

    /// The credentials of whoever is signed in, if this is the password.
    private Mono<AccountStore.Credentials> prove(AccountId id, String field, @Nullable String password) {
        var secret = required(field, password, Passwords.MAX_LENGTH);
        return store.findCredentials(id).switchIfEmpty(noLonger()).flatMap(found -> check(secret, found));
    }

    private Mono<AccountStore.Credentials> check(String password, AccountStore.Credentials found) {
        return passwords
                .matches(password, found.passwordHash())
                .flatMap(right -> right ? Mono.just(found) : wrongCredentials());
    }

    private Mono<AccountId> hold(AccountStore.Credentials found) {
        return store.hold(found).switchIfEmpty(wrongCredentials());
    }

    private static String required(String field, @Nullable String text, int max) {
        return Text.required(field, text, 1, max);
    }

    private static <T> Mono<T> wrongCredentials() {
        return Mono.error(() -> new Refused(ErrorCode.WRONG_CREDENTIALS, "no such user, or the password is wrong"));
    }

    private static <T> Mono<T> noLonger() {
        return Mono.error(() -> new Refused(ErrorCode.NOT_AUTHENTICATED, "this account is no longer there"));
    }
}
