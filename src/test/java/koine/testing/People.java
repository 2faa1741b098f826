package koine.testing;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import koine.auth.AccessToken;
import koine.auth.SignedIn;
import koine.auth.Tokens;
import koine.kernel.AccountId;
import koine.kernel.SessionId;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import reactor.core.publisher.Mono;

/// Accounts that are signed in, straight into the tables: without the cost of a password, for tests that are
/// not about registering.
public final class People {

    /// Of those that have one; as of those whom [Api] registers.
    public static final String PASSWORD = "secret";

    private static final AtomicLong COUNTER = new AtomicLong();

    private static final String INSERT = """
            with made as (
                insert into account (username, username_key, password_hash)
                select $1 || '-' || n, lower($1) || '-' || n, $4
                from generate_series($2, $2 + $3 - 1) n
                returning id, username
            ), opened as (
                insert into session (account_id)
                select id from made
                returning id, account_id
            )
            select made.id, made.username, opened.id as session
            from made
            join opened on opened.account_id = made.id
            order by made.id
            """;

    private final DatabaseClient database;
    private final Tokens tokens;

    /// @param service the running service's application context
    public People(BeanFactory service) {
        this.database = service.getBean(DatabaseClient.class);
        this.tokens = service.getBean(Tokens.class);
    }

    /// Somebody under a name that nobody has yet, and without a password.
    public Api.User one(String prefix) {
        return many(prefix, 1).getFirst();
    }

    /// So many people under names that nobody has yet, and without a password.
    public List<Api.User> many(String prefix, int count) {
        return insert(prefix, count, "none");
    }

    /// Somebody who can sign in, with the [password][#PASSWORD].
    public Api.User oneWithPassword(String prefix) {
        return manyWithPassword(prefix, 1).getFirst();
    }

    /// So many people who can sign in, with the [password][#PASSWORD].
    public List<Api.User> manyWithPassword(String prefix, int count) {
        return insert(prefix, count, Hashed.PASSWORD);
    }

    private List<Api.User> insert(String prefix, int count, String passwordHash) {
        return Objects.requireNonNull(database.sql(INSERT)
                .bind("$1", prefix)
                .bind("$2", COUNTER.getAndAdd(count))
                .bind("$3", (long) count)
                .bind("$4", passwordHash)
                .map(row -> new Made(
                        Objects.requireNonNull(row.get("id", Long.class)),
                        Objects.requireNonNull(row.get("username", String.class)),
                        Objects.requireNonNull(row.get("session", Long.class))))
                .all()
                .concatMap(this::signedIn)
                .collectList()
                .block());
    }

    /// One more signed-in device of somebody.
    public Api.User onAnotherDevice(Api.User user) {
        return Objects.requireNonNull(database.sql("insert into session (account_id) values ($1) returning id")
                .bind("$1", user.id())
                .map(row -> new Made(user.id(), user.username(), Objects.requireNonNull(row.get("id", Long.class))))
                .one()
                .flatMap(this::signedIn)
                .block());
    }

    /// Once for all tests, because it takes its time.
    private static final class Hashed {

        static final String PASSWORD =
                Argon2PasswordEncoder.defaultsForSpringSecurity_v5_8().encode(People.PASSWORD);
    }

    private record Made(long id, String username, long session) {}

    private Mono<Api.User> signedIn(Made made) {
        return tokens.issue(new SignedIn(new AccountId(made.id()), new SessionId(made.session())))
                .map(AccessToken::value)
                .map(token -> new Api.User(made.id(), made.username(), token));
    }
}
