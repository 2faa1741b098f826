package koine.account;

import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import koine.kernel.AccountId;
import koine.log.Person;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The table of accounts.
@Repository
class AccountStore {

    private static final String INSERT = """
            insert into account (username, username_key, email, email_key, password_hash, phone)
            values ($1, $2, $3, $4, $5, $6)
            on conflict do nothing
            returning id
            """;

    // account_username_key, account_email_key, account_phone
    private static final String TAKEN = """
            select exists (select from account where username_key = $1) as username,
                exists (select from account where email_key = $2) as email,
                exists (select from account where phone = $3) as phone
            """;

    // account_pkey
    private static final String FIND = """
            select *
            from account
            where id = $1 and erased_at is null
            """;

    // account_username_key, account_email_key
    private static final String FIND_CREDENTIALS = """
            select id, password_hash
            from account
            where (username_key = $1 or email_key = $1) and erased_at is null
            """;

    // account_pkey
    private static final String FIND_PASSWORD = """
            select id, password_hash
            from account
            where id = $1 and erased_at is null
            """;

    // account_pkey; nobody changes the password until the transaction around this ends
    private static final String HOLD_PASSWORD = """
            select id
            from account
            where id = $1 and password_hash = $2
            for share
            """;

    // account_pkey
    private static final String SET_PASSWORD = """
            update account
            set password_hash = $3, updated_at = now()
            where id = $1 and password_hash = $2
            """;

    // account_pkey
    private static final String USERNAMES = """
            select id, username
            from account
            where id = any ($1) and erased_at is null
            """;

    // account_username_key
    private static final String NAMED = """
            select id, username
            from account
            where username_key = $1 and erased_at is null
            """;

    // account_pkey
    private static final String FIND_MAILBOX = """
            select id, email, email_confirmed, password_hash
            from account
            where id = $1 and email is not null and erased_at is null
            """;

    // account_email_key
    private static final String FIND_MAILBOX_BY_EMAIL = """
            select id, email, email_confirmed, password_hash
            from account
            where email_key = $1 and erased_at is null
            """;

    // account_pkey
    private static final String CONFIRM_EMAIL = """
            update account
            set email_confirmed = true
            where id = $1 and email = $2 and erased_at is null
            """;

    // account_pkey
    private static final String SHOWN_NAMES = """
            select id, username
            from account
            where id = any ($1)
            """;

    // account_pkey
    private static final String ERASE = """
            update account
            set username = $2, username_key = $3, email = null, email_key = null, email_confirmed = false, phone = null,
                bio = null, password_hash = '', updated_at = now(), erased_at = now()
            where id = $1 and erased_at is null
            """;

    // account_phone
    private static final String FIND_BY_PHONE = """
            select id
            from account
            where phone = $1 and erased_at is null
            """;

    // account_pkey
    private static final String PHONES = """
            select id, phone
            from account
            where id = any ($1) and phone is not null
            """;

    // account_pkey
    private static final String SET_BIO = """
            update account
            set bio = $2, updated_at = now()
            where id = $1 and erased_at is null
            """;

    // account_pkey
    private static final String SET_PHONE = """
            update account
            set phone = $2, updated_at = now()
            where id = $1 and erased_at is null
            """;

    // account_pkey, in its order
    private static final String LIST = """
            select *
            from account
            where id > $1 and id <> all ($2) and erased_at is null
            order by id
            limit $3
            """;

    /// Of less than three characters there are no trigrams to find what has them somewhere.
    // account_username_prefix, from $1 up to $2; then account_username_trigrams, twice
    static final String SEARCH = """
            select id, username
            from (
                (
                    select 1 as place, 0 as distance, id, username, username_key
                    from account
                    where username_key ~>=~ $1 and username_key ~<~ $2 and id <> all ($3) and erased_at is null
                    order by username_key using ~<~
                    limit $4
                )
                union all
                (
                    select 2, 1 - similarity(username_key, $1), id, username, username_key
                    from account
                    where length($1) >= 3 and username_key like $5 and not username_key ^@ $1
                    and id <> all ($3) and erased_at is null
                    order by 2, username_key using ~<~
                    limit $4
                )
                union all
                (
                    select 3, 1 - similarity(username_key, $1), id, username, username_key
                    from account
                    where username_key % $1 and not username_key ^@ $1
                    and not (length($1) >= 3 and username_key like $5) and id <> all ($3) and erased_at is null
                    order by 2, username_key using ~<~
                    limit $4
                )
            ) as found
            order by place, distance, username_key using ~<~
            limit $4
            """;

    /// What patterns have for other characters.
    private static final Pattern WILD = Pattern.compile("[%_\\\\]");

    /// Sorts after everything that a name can go on with.
    private static final String LAST = Character.toString(Character.MAX_CODE_POINT);

    private final DatabaseClient database;

    AccountStore(DatabaseClient database) {
        this.database = database;
    }

    record Credentials(AccountId id, String passwordHash) {}

    record Taken(boolean username, boolean email, boolean phone) {}

    record NewAccount(
            String username,
            @Nullable String email,
            String passwordHash,
            @Nullable String phone) {}

    /// Empty if the username, the e-mail address or the number is taken.
    Mono<AccountId> insert(NewAccount account) {
        return database.sql(INSERT)
                .bind("$1", account.username())
                .bind("$2", Names.key(account.username()))
                .bind("$3", optional(account.email()))
                .bind("$4", optionalKey(account.email()))
                .bind("$5", account.passwordHash())
                .bind("$6", optional(account.phone()))
                .map(AccountStore::id)
                .one();
    }

    Mono<Taken> taken(String username, @Nullable String email, @Nullable String phone) {
        return database.sql(TAKEN)
                .bind("$1", Names.key(username))
                .bind("$2", optionalKey(email))
                .bind("$3", optional(phone))
                .map(row -> new Taken(flag(row, "username"), flag(row, "email"), flag(row, "phone")))
                .one();
    }

    Mono<Account> find(AccountId id) {
        return database.sql(FIND)
                .bind("$1", id.value())
                .map(AccountStore::account)
                .one();
    }

    /// By username or e-mail address; a username has no `@`, so at most one account fits.
    Mono<Credentials> findCredentials(String usernameOrEmail) {
        return database.sql(FIND_CREDENTIALS)
                .bind("$1", Names.key(usernameOrEmail))
                .map(AccountStore::credentials)
                .one();
    }

    Mono<Credentials> findCredentials(AccountId id) {
        return database.sql(FIND_PASSWORD)
                .bind("$1", id.value())
                .map(AccountStore::credentials)
                .one();
    }

    /// Keeps the credentials as they are until the transaction ends; empty if they are not like that any
    /// more.
    Mono<AccountId> hold(Credentials found) {
        return database.sql(HOLD_PASSWORD)
                .bind("$1", found.id().value())
                .bind("$2", found.passwordHash())
                .map(AccountStore::id)
                .one();
    }

    /// Whether the credentials were still like that.
    Mono<Boolean> setPassword(Credentials found, String newHash) {
        return database.sql(SET_PASSWORD)
                .bind("$1", found.id().value())
                .bind("$2", found.passwordHash())
                .bind("$3", newHash)
                .fetch()
                .rowsUpdated()
                .map(rows -> rows > 0);
    }

    /// Empty if the account has no address.
    Mono<Mailbox> findMailbox(AccountId id) {
        return database.sql(FIND_MAILBOX)
                .bind("$1", id.value())
                .map(AccountStore::mailbox)
                .one();
    }

    Mono<Mailbox> findMailbox(String email) {
        return database.sql(FIND_MAILBOX_BY_EMAIL)
                .bind("$1", Names.key(email))
                .map(AccountStore::mailbox)
                .one();
    }

    /// Whether that is still the account's address.
    Mono<Boolean> confirmEmail(AccountId id, String email) {
        return database.sql(CONFIRM_EMAIL)
                .bind("$1", id.value())
                .bind("$2", email)
                .fetch()
                .rowsUpdated()
                .map(rows -> rows > 0);
    }

    /// Without those that were erased.
    Mono<Map<AccountId, String>> usernames(Collection<AccountId> ids) {
        return names(USERNAMES, ids);
    }

    /// Empty if nobody is called that.
    Mono<Person> named(String username) {
        return database.sql(NAMED)
                .bind("$1", Names.key(username))
                .map(AccountStore::person)
                .one();
    }

    /// With those that were erased.
    Mono<Map<AccountId, String>> shownNames(Collection<AccountId> ids) {
        return names(SHOWN_NAMES, ids);
    }

    /// Leaves nothing of the account but its tombstone; whether it was still there.
    Mono<Boolean> erase(AccountId id) {
        return database.sql(ERASE)
                .bind("$1", id.value())
                .bind("$2", Names.tombstone(id))
                .bind("$3", Names.key(Names.tombstone(id)))
                .fetch()
                .rowsUpdated()
                .filter(rows -> rows > 0)
                .hasElement();
    }

    private Mono<Map<AccountId, String>> names(String select, Collection<AccountId> ids) {
        return database.sql(select)
                .bind("$1", ids.stream().map(AccountId::value).toArray(Long[]::new))
                .map(row -> Map.entry(id(row), present(row.get("username", String.class))))
                .all()
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    Mono<AccountId> findByPhone(String phone) {
        return database.sql(FIND_BY_PHONE)
                .bind("$1", phone)
                .map(AccountStore::id)
                .one();
    }

    /// Of those that have one.
    Mono<Map<AccountId, String>> phones(Collection<AccountId> ids) {
        return database.sql(PHONES)
                .bind("$1", ids.stream().map(AccountId::value).toArray(Long[]::new))
                .map(row -> Map.entry(id(row), present(row.get("phone", String.class))))
                .all()
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    /// Whether there is such an account.
    Mono<Boolean> setBio(AccountId id, String bio) {
        return database.sql(SET_BIO)
                .bind("$1", id.value())
                .bind("$2", bio)
                .fetch()
                .rowsUpdated()
                .map(rows -> rows > 0);
    }

    /// Whether there is such an account. Errors with `DuplicateKeyException` if the number is somebody
    /// else's.
    Mono<Boolean> setPhone(AccountId id, String phone) {
        return database.sql(SET_PHONE)
                .bind("$1", id.value())
                .bind("$2", phone)
                .fetch()
                .rowsUpdated()
                .map(rows -> rows > 0);
    }

    /// Those whose name begins with the text, then those whose name has it, then those whose name is like it.
    Flux<Person> search(String text, Collection<AccountId> except, int limit) {
        var key = Names.key(text);
        return database.sql(SEARCH)
                .bind("$1", key)
                .bind("$2", key + LAST)
                .bind("$3", except.stream().map(AccountId::value).toArray(Long[]::new))
                .bind("$4", limit)
                .bind("$5", "%" + WILD.matcher(key).replaceAll("\\\\$0") + "%")
                .map(AccountStore::person)
                .all();
    }

    private static Person person(Readable row) {
        return new Person(id(row), present(row.get("username", String.class)));
    }

    /// Those with a greater id, in the order of ids.
    Flux<Account> list(long after, Collection<AccountId> except, int limit) {
        return database.sql(LIST)
                .bind("$1", after)
                .bind("$2", except.stream().map(AccountId::value).toArray(Long[]::new))
                .bind("$3", limit)
                .map(AccountStore::account)
                .all();
    }

    private static Mailbox mailbox(Readable row) {
        return new Mailbox(
                id(row),
                present(row.get("email", String.class)),
                Passwords.mark(present(row.get("password_hash", String.class))),
                flag(row, "email_confirmed"));
    }

    private static Credentials credentials(Readable row) {
        return new Credentials(id(row), present(row.get("password_hash", String.class)));
    }

    private static Object optional(@Nullable String text) {
        return Parameters.in(R2dbcType.VARCHAR, text);
    }

    private static Object optionalKey(@Nullable String name) {
        return optional(name == null ? null : Names.key(name));
    }

    private static Account account(Readable row) {
        return new Account(
                id(row),
                time(row, "created_at"),
                time(row, "updated_at"),
                present(row.get("username", String.class)),
                row.get("email", String.class),
                row.get("bio", String.class),
                flag(row, "email_confirmed"),
                row.get("phone", String.class));
    }

    private static AccountId id(Readable row) {
        return new AccountId(present(row.get("id", Long.class)));
    }

    private static Instant time(Readable row, String column) {
        return present(row.get(column, OffsetDateTime.class)).toInstant();
    }

    private static boolean flag(Readable row, String column) {
        return present(row.get(column, Boolean.class));
    }

    private static <T> T present(@Nullable T value) {
        return Objects.requireNonNull(value);
    }
}
