package koine.auth;

import io.jsonwebtoken.security.Keys;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import javax.crypto.SecretKey;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The table of signing keys, by which all servers on one database agree on them.
@Repository
class SigningKeyStore {

    private static final String ALL = """
            select kid, secret, created_at
            from signing_key
            order by created_at desc, kid
            """;

    // Two servers that start at the same moment wait for one another, and the second finds the first one's key.
    private static final String LOCK = """
            lock table signing_key in share row exclusive mode
            """;

    private static final String INSERT_IF_STALE = """
            insert into signing_key (kid, secret, created_at)
            select $1, $2, $3
            where not exists (select from signing_key where created_at > $4)
            """;

    private static final String DELETE_OLD = """
            delete from signing_key
            where created_at < $1
            """;

    private final DatabaseClient database;

    SigningKeyStore(DatabaseClient database) {
        this.database = database;
    }

    record StoredKey(String kid, SecretKey key, Instant createdAt) {}

    /// Newest first.
    Flux<StoredKey> all() {
        return database.sql(ALL)
                .map(row -> new StoredKey(
                        Objects.requireNonNull(row.get("kid", String.class)),
                        hmacKey(Objects.requireNonNull(row.get("secret", ByteBuffer.class))),
                        Objects.requireNonNull(row.get("created_at", OffsetDateTime.class))
                                .toInstant()))
                .all();
    }

    /// Adds the key unless there is one younger than `maxAge` already. To be called in a transaction.
    Mono<Void> addIfStale(StoredKey key, Duration maxAge) {
        return database.sql(LOCK)
                .then()
                .then(database.sql(INSERT_IF_STALE)
                        .bind("$1", key.kid())
                        .bind("$2", ByteBuffer.wrap(key.key().getEncoded()))
                        .bind("$3", at(key.createdAt()))
                        .bind("$4", at(key.createdAt().minus(maxAge)))
                        .then());
    }

    Mono<Void> deleteOlderThan(Instant time) {
        return database.sql(DELETE_OLD).bind("$1", at(time)).then();
    }

    private static OffsetDateTime at(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }

    private static SecretKey hmacKey(ByteBuffer buffer) {
        var bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return Keys.hmacShaKeyFor(bytes);
    }
}
