package koine.auth;

import io.jsonwebtoken.security.Keys;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/// The keys that sign access tokens, cookies and mailed links: made when there is none, kept in the database, known to
/// every server on it, and replaced by a new one when the newest is older than the rotation. An old key
/// verifies for as long as a token it signed can live.
@Component
class SigningKeys {

    private static final int SECRET_BYTES = 32;
    private static final int KID_BYTES = 8;

    /// How old the keys in memory may get before they are looked up again for the sake of rotation.
    private static final Duration REFRESH = Duration.ofMinutes(1);

    /// How often at most an unknown `kid` makes a server look into the database.
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    /// The longest that anything else lives that they sign.
    private static final Duration LONGEST_LINK = Duration.ofHours(24);

    private final SigningKeyStore store;
    private final TransactionalOperator transaction;
    private final AuthProperties properties;
    private final Clock clock;
    private final SecureRandom random;
    private volatile @Nullable Keyring cached;

    SigningKeys(
            SigningKeyStore store,
            TransactionalOperator transaction,
            AuthProperties properties,
            Clock clock,
            SecureRandom random) {
        this.store = store;
        this.transaction = transaction;
        this.properties = properties;
        this.clock = clock;
        this.random = random;
    }

    /// @param kid    of the key that signs
    /// @param keys   all that verify
    /// @param readAt when it was read from the database
    record Keyring(String kid, Map<String, SecretKey> keys, Instant readAt) {

        SecretKey signingKey() {
            return key(kid);
        }

        boolean has(String kid) {
            return keys.containsKey(kid);
        }

        SecretKey key(String kid) {
            var key = keys.get(kid);
            if (key == null) {
                throw new IllegalArgumentException("no such key");
            }
            return key;
        }
    }

    /// The keys as they were at most a minute ago.
    Mono<Keyring> current() {
        return Mono.defer(() -> {
            var known = cached;
            return known == null || isOlder(known, REFRESH) ? read() : Mono.just(known);
        });
    }

    /// The keys, looked up anew unless that was just done; for a token whose key is not known here.
    Mono<Keyring> latest() {
        return Mono.defer(() -> {
            var known = cached;
            return known == null || isOlder(known, LOOK_AGAIN) ? read() : Mono.just(known);
        });
    }

    private Mono<Keyring> read() {
        return transaction
                .transactional(Mono.defer(() -> store.addIfStale(fresh(), properties.keyRotation())))
                .then(Mono.defer(() -> store.deleteOlderThan(oldestInUse())))
                .then(Mono.defer(() -> store.all().collectList()))
                .map(this::keyring)
                .doOnNext(keyring -> cached = keyring);
    }

    private Keyring keyring(List<SigningKeyStore.StoredKey> stored) {
        var keys = new LinkedHashMap<String, SecretKey>();
        stored.forEach(key -> keys.put(key.kid(), key.key()));
        return new Keyring(stored.getFirst().kid(), Map.copyOf(keys), clock.instant());
    }

    private SigningKeyStore.StoredKey fresh() {
        var kid = new byte[KID_BYTES];
        var secret = new byte[SECRET_BYTES];
        random.nextBytes(kid);
        random.nextBytes(secret);
        return new SigningKeyStore.StoredKey(
                HexFormat.of().formatHex(kid), Keys.hmacShaKeyFor(secret), clock.instant());
    }

    private Instant oldestInUse() {
        return clock.instant()
                .minus(properties.keyRotation())
                .minus(longestLife())
                .minus(REFRESH.multipliedBy(2));
    }

    private Duration longestLife() {
        return Collections.max(List.of(properties.accessTokenTtl(), properties.sessionIdle(), LONGEST_LINK));
    }

    private boolean isOlder(Keyring keyring, Duration age) {
        return keyring.readAt().plus(age).isBefore(clock.instant());
    }
}
