package koine.auth;

import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Readable;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import koine.kernel.AccountId;
import koine.kernel.SessionId;
import koine.log.GroupReader;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The table of sessions.
@Repository
class SessionStore {

    private static final String INSERT = """
            insert into session (account_id, device, address, last_seen_at, family_hash, secret_hash)
            values ($1, $2, $3, $4, $5, $6)
            returning id
            """;

    // session_pkey; two that come with the same token: the later finds the earlier one's
    private static final String RENEW = """
            update session
            set secret_hash = $4, last_seen_at = $5, address = $6
            where id = $1 and family_hash = $2 and secret_hash = $3 and last_seen_at > $7
            returning account_id
            """;

    // session_pkey
    private static final String END_FAMILY = """
            delete from session
            where id = $1 and family_hash = $2
            returning account_id, id
            """;

    // session_pkey
    private static final String END = """
            delete from session
            where account_id = $1 and id = $2
            returning account_id, id
            """;

    // session_account_id
    private static final String END_ALL_BUT = """
            delete from session
            where account_id = $1 and id <> $2
            returning account_id, id
            """;

    // none: it looks through the table
    private static final String END_IDLE = """
            delete from session
            where last_seen_at < $1
            returning account_id, id
            """;

    // session_account_id
    private static final String LIST = """
            select id, device, address, created_at, last_seen_at
            from session
            where account_id = $1
            order by last_seen_at desc, id desc
            """;

    // session_pkey
    private static final String LAST_SEEN = """
            select id, account_id, last_seen_at
            from session
            where id = any ($1)
            """;

    // session_pkey
    private static final String MISSING = """
            select w.id
            from unnest($1) as w (id)
            where not exists (select from session s where s.id = w.id)
            """;

    // session_pkey; servers that write down the same sessions at the same time do not wait for one another
    private static final String SEEN = """
            update session
            set last_seen_at = $2
            where id in (
                select id
                from session
                where id = any ($1) and last_seen_at < $3
                for no key update skip locked
            )
            """;

    private final DatabaseClient database;
    private final GroupReader<SignedIn, Instant> lastSeen =
            new GroupReader<>(GroupReader.OF_CONNECTIONS, this::lastSeen);

    SessionStore(DatabaseClient database) {
        this.database = database;
    }

    /// @param family what all refresh tokens of the session have in common; only its hash is kept
    /// @param secret what only the newest has; only its hash is kept
    record NewSession(AccountId account, Device device, String family, String secret) {

        @Override
        public String toString() {
            return "NewSession[account=" + account + "]";
        }
    }

    Mono<SessionId> insert(NewSession session, Instant now) {
        return database.sql(INSERT)
                .bind("$1", session.account().value())
                .bind("$2", Parameters.in(R2dbcType.VARCHAR, session.device().name()))
                .bind("$3", Parameters.in(R2dbcType.VARCHAR, session.device().address()))
                .bind("$4", Rows.at(now))
                .bind("$5", hash(session.family()))
                .bind("$6", hash(session.secret()))
                .map(row -> new SessionId(Rows.number(row, "id")))
                .one();
    }

    /// @param next takes the place of the one that is shown
    record Renewal(
            RefreshToken shown, RefreshToken next, @Nullable String address) {}

    /// Puts the next token in the place of the one that is shown. Empty unless that was the session's newest,
    /// and the session was used since `idleSince`.
    Mono<SignedIn> renew(Renewal renewal, Instant now, Instant idleSince) {
        var shown = renewal.shown();
        return database.sql(RENEW)
                .bind("$1", shown.session().value())
                .bind("$2", hash(shown.family()))
                .bind("$3", hash(shown.secret()))
                .bind("$4", hash(renewal.next().secret()))
                .bind("$5", Rows.at(now))
                .bind("$6", Parameters.in(R2dbcType.VARCHAR, renewal.address()))
                .bind("$7", Rows.at(idleSince))
                .map(row -> new SignedIn(new AccountId(Rows.number(row, "account_id")), shown.session()))
                .one();
    }

    /// Deletes the session if the token is one of its own; gives it if it was there.
    Mono<SignedIn> endFamily(RefreshToken shown) {
        return database.sql(END_FAMILY)
                .bind("$1", shown.session().value())
                .bind("$2", hash(shown.family()))
                .map(SessionStore::signedIn)
                .one();
    }

    /// Deletes the session; empty unless it is one of the account's.
    Mono<SignedIn> end(AccountId account, SessionId session) {
        return database.sql(END)
                .bind("$1", account.value())
                .bind("$2", session.value())
                .map(SessionStore::signedIn)
                .one();
    }

    /// Deletes the account's sessions, but not this one; gives those that were there.
    Flux<SignedIn> endAllBut(AccountId account, SessionId kept) {
        return database.sql(END_ALL_BUT)
                .bind("$1", account.value())
                .bind("$2", kept.value())
                .map(SessionStore::signedIn)
                .all();
    }

    /// Deletes those that were last used before the time.
    Flux<SignedIn> endIdle(Instant since) {
        return database.sql(END_IDLE)
                .bind("$1", Rows.at(since))
                .map(SessionStore::signedIn)
                .all();
    }

    /// Last used first.
    Flux<Session> list(AccountId account) {
        return database.sql(LIST)
                .bind("$1", account.value())
                .map(row -> new Session(
                        new SessionId(Rows.number(row, "id")),
                        row.get("device", String.class),
                        row.get("address", String.class),
                        Rows.time(row, "created_at"),
                        Rows.time(row, "last_seen_at")))
                .all();
    }

    /// Empty unless the account has such a session; not within a transaction.
    Mono<Instant> lastSeen(SignedIn who) {
        return lastSeen.read(who);
    }

    private Mono<Map<SignedIn, Instant>> lastSeen(Set<SignedIn> who) {
        return database.sql(LAST_SEEN)
                .bind("$1", ids(who.stream().map(SignedIn::session).toList()))
                .map(row -> Map.entry(signedIn(row), Rows.time(row, "last_seen_at")))
                .all()
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    /// Those of the sessions that are not there.
    Flux<SessionId> missing(Collection<SessionId> sessions) {
        return database.sql(MISSING)
                .bind("$1", ids(sessions))
                .map(row -> new SessionId(Rows.number(row, "id")))
                .all();
    }

    /// Notes that they are in use, where that was last noted before `notSince`.
    Mono<Void> seen(Collection<SessionId> sessions, Instant now, Instant notSince) {
        return database.sql(SEEN)
                .bind("$1", ids(sessions))
                .bind("$2", Rows.at(now))
                .bind("$3", Rows.at(notSince))
                .then();
    }

    private static SignedIn signedIn(Readable row) {
        return new SignedIn(new AccountId(Rows.number(row, "account_id")), new SessionId(Rows.number(row, "id")));
    }

    private static ByteBuffer hash(String secret) {
        return ByteBuffer.wrap(Secrets.hash(secret));
    }

    private static Long[] ids(Collection<SessionId> sessions) {
        return sessions.stream().map(SessionId::value).toArray(Long[]::new);
    }
}
