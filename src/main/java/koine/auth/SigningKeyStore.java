package koine.auth;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Objects;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The table of signing keys, by which all servers on one database agree on them.
@Repository
class SigningKeyStore {

    private static final String ALL = """
            select kid, secret, wrapped, signs_from, replaced
            from signing_key
            order by signs_from desc, kid
            """;

    // Two servers that want another key at the same moment wait for one another, and the second finds the first one's.
    private static final String LOCK = """
            lock table signing_key in share row exclusive mode
            """;

    // the first of all signs at once: there is nothing else to sign with
    private static final String INSERT_IF_DUE = """
            insert into signing_key (kid, secret, wrapped, created_at, signs_from)
            select $1, $2, $3, $4::timestamptz,
                case when exists (select from signing_key) then $5::timestamptz else $4::timestamptz end
            where not exists (select from signing_key where signs_from > $6 and not replaced)
            """;

    // signing_key_pkey
    private static final String REWRAP = """
            update signing_key
            set secret = $3, wrapped = $4
            where kid = $1 and secret = $2
            """;

    private static final String DELETE_OUT_OF_USE = """
            delete from signing_key k
            where exists (select from signing_key n where n.signs_from > k.signs_from and n.signs_from < $1)
            """;

    private final DatabaseClient database;

    SigningKeyStore(DatabaseClient database) {
        this.database = database;
    }

    /// @param secret    the key itself, or the wrapped key
    /// @param signsFrom when servers begin to sign with it, unless there is a younger one by then
    /// @param replaced  whether another one was asked for in its place
    @SuppressWarnings("ArrayRecordComponent") // nobody compares these
    record StoredKey(String kid, byte[] secret, boolean wrapped, Instant signsFrom, boolean replaced) {

        StoredKey holding(byte[] secret, boolean wrapped) {
            return new StoredKey(kid, secret, wrapped, signsFrom, replaced);
        }

        /// Without the secret, so that it can't get into a log.
        @Override
        public String toString() {
            return "StoredKey[kid=" + kid + "]";
        }
    }

    /// The one that signs last first.
    Flux<StoredKey> all() {
        return database.sql(ALL)
                .map(row -> new StoredKey(
                        Objects.requireNonNull(row.get("kid", String.class)),
                        bytes(Objects.requireNonNull(row.get("secret", ByteBuffer.class))),
                        Objects.requireNonNull(row.get("wrapped", Boolean.class)),
                        Rows.time(row, "signs_from"),
                        Objects.requireNonNull(row.get("replaced", Boolean.class))))
                .all();
    }

    /// Adds the key unless there is one that signs after `due` and is not to be replaced. If it is the only one it
    /// signs from `now` on. To be called in a transaction.
    Mono<Void> addIfDue(StoredKey key, Instant now, Instant due) {
        return database.sql(LOCK)
                .then()
                .then(Mono.defer(() -> database.sql(INSERT_IF_DUE)
                        .bind("$1", key.kid())
                        .bind("$2", ByteBuffer.wrap(key.secret()))
                        .bind("$3", key.wrapped())
                        .bind("$4", Rows.at(now))
                        .bind("$5", Rows.at(key.signsFrom()))
                        .bind("$6", Rows.at(due))
                        .then()));
    }

    /// Stores the same key in another form, unless somebody else has just done so.
    Mono<Void> rewrap(StoredKey from, StoredKey to) {
        return database.sql(REWRAP)
                .bind("$1", from.kid())
                .bind("$2", ByteBuffer.wrap(from.secret()))
                .bind("$3", ByteBuffer.wrap(to.secret()))
                .bind("$4", to.wrapped())
                .then();
    }

    /// Deletes those in whose place another key has signed since before that time.
    Mono<Void> deleteReplacedBefore(Instant time) {
        return database.sql(DELETE_OUT_OF_USE).bind("$1", Rows.at(time)).then();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        var bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
