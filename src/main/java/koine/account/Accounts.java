package koine.account;

import java.util.Collection;
import java.util.Map;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.kernel.Text;
import koine.log.ErasedNames;
import koine.log.Person;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Who there is.
@Service
public class Accounts {

    private static final int MAX_BIO = 64;

    private final AccountStore store;
    private final PeopleStore people;
    private final ErasedNames erasedNames;

    Accounts(AccountStore store, PeopleStore people, ErasedNames erasedNames) {
        this.store = store;
        this.people = people;
        this.erasedNames = erasedNames;
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

    /// Where an account is reached; empty if it has no address.
    public Mono<Mailbox> mailbox(AccountId id) {
        return store.findMailbox(id);
    }

    /// The account that has the address; empty if none has.
    ///
    /// Errors: `INVALID_REQUEST` for what is no address.
    public Mono<Mailbox> mailbox(@Nullable String email) {
        return Mono.fromCallable(() -> Names.email(Text.required("email", email, 1, Names.MAX_EMAIL)))
                .flatMap(store::findMailbox);
    }

    /// Notes that somebody reads what is sent to the account's address; whether it still has that one.
    public Mono<Boolean> confirmEmail(AccountId id, String email) {
        return store.confirmEmail(id, email);
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
                .onErrorMap(DuplicateKeyException.class, _ -> Phones.taken())
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

    /// The account of whoever is signed in is not there.
    static <T> Mono<T> noLonger() {
        return Mono.error(() -> new Refused(ErrorCode.NOT_AUTHENTICATED, "this account is no longer there"));
    }
}
