package koine.account;

import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Readable;
import koine.kernel.AccountId;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

/// What one account is: who holds it, and how they are reached. How people are found: [PeopleStore].
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
    private static final String ERASE = """
            update account
            set username = $2, username_key = $3, email = null, email_key = null, email_confirmed = false, phone = null,
                bio = null, password_hash = '', updated_at = now(), erased_at = now()
            where id = $1 and erased_at is null
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

    private final DatabaseClient database;

    AccountStore(DatabaseClient database) {
        this.database = database;
    }

    /// The password of an account as it is kept.
    record StoredPassword(AccountId id, String passwordHash) {}

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
                .map(Rows::id)
                .one();
    }

    Mono<Taken> taken(String username, @Nullable String email, @Nullable String phone) {
        return database.sql(TAKEN)
                .bind("$1", Names.key(username))
                .bind("$2", optionalKey(email))
                .bind("$3", optional(phone))
                .map(row -> new Taken(Rows.flag(row, "username"), Rows.flag(row, "email"), Rows.flag(row, "phone")))
                .one();
    }

    Mono<Account> find(AccountId id) {
        return database.sql(FIND).bind("$1", id.value()).map(Rows::account).one();
    }

    /// By username or e-mail address; a username has no `@`, so at most one account fits.
    Mono<StoredPassword> findPassword(String usernameOrEmail) {
        return database.sql(FIND_CREDENTIALS)
                .bind("$1", Names.key(usernameOrEmail))
                .map(AccountStore::storedPassword)
                .one();
    }

    Mono<StoredPassword> findPassword(AccountId id) {
        return database.sql(FIND_PASSWORD)
                .bind("$1", id.value())
                .map(AccountStore::storedPassword)
                .one();
    }

    /// Keeps the credentials as they are until the transaction ends; empty if they are not like that any
    /// more.
    Mono<AccountId> hold(StoredPassword found) {
        return database.sql(HOLD_PASSWORD)
                .bind("$1", found.id().value())
                .bind("$2", found.passwordHash())
                .map(Rows::id)
                .one();
    }

    /// Whether the credentials were still like that.
    Mono<Boolean> setPassword(StoredPassword found, String newHash) {
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

    private static Mailbox mailbox(Readable row) {
        return new Mailbox(
                Rows.id(row),
                Rows.text(row, "email"),
                Passwords.mark(Rows.text(row, "password_hash")),
                Rows.flag(row, "email_confirmed"));
    }

    private static StoredPassword storedPassword(Readable row) {
        return new StoredPassword(Rows.id(row), Rows.text(row, "password_hash"));
    }

    private static Object optional(@Nullable String text) {
        return Parameters.in(R2dbcType.VARCHAR, text);
    }

    private static Object optionalKey(@Nullable String name) {
        return optional(name == null ? null : Names.key(name));
    }
}
