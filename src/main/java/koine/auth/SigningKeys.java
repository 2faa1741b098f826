package koine.auth;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import koine.auth.SigningKeyStore.StoredKey;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The keys that sign access tokens, cookies and mailed links: made when there is none, kept in the database, and
/// replaced by schedule or because somebody asked for it. A new one is there for a minute before it signs, and every
/// server looks more often than that: none meets a token of a key that it does not know, or looks for the key when
/// it does. An old key verifies for as long as anything it signed can live.
@Component
class SigningKeys {

    /// How often servers look what keys there are.
    static final Duration REFRESH = Duration.ofSeconds(10);

    /// How long a key is there before it signs.
    static final Duration NOTICE = Duration.ofMinutes(1);

    /// How often at most an unknown `kid` makes a server look into the database.
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    /// The longest that anything else lives that they sign.
    private static final Duration LONGEST_LINK = Duration.ofHours(24);

    private static final int SECRET_BYTES = 32;
    private static final int KID_BYTES = 8;
    private static final Pattern KID = Pattern.compile("[0-9a-f]{" + 2 * KID_BYTES + "}");

    private static final int MAX_STRANGE = 1_000;

    private final SigningKeyStore store;
    private final TransactionalOperator transaction;
    private final KeyWraps wraps;
    private final KeyProperties properties;
    private final AuthProperties lives;
    private final Clock clock;
    private final SecureRandom random;

    private final AtomicReference<@Nullable Mono<Keyring>> looking = new AtomicReference<>();
    private volatile @Nullable Keyring known;

    /// What was looked for and is no key of ours. Nor will it ever be: a key is stored before it signs. The longest
    /// known is forgotten first.
    private final Map<String, Boolean> strange = Collections.synchronizedMap(new LinkedHashMap<>() {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MAX_STRANGE;
        }
    });

    SigningKeys(
            SigningKeyStore store,
            TransactionalOperator transaction,
            KeyWraps wraps,
            KeyProperties properties,
            AuthProperties lives,
            Clock clock,
            SecureRandom random) {
        this.store = store;
        this.transaction = transaction;
        this.wraps = wraps;
        this.properties = properties;
        this.lives = lives;
        this.clock = clock;
        this.random = random;
    }

    /// The keys, from memory, which is kept up in the background; what is older than that allows is read anew, and
    /// used all the same if it can't be.
    Mono<Keyring> current() {
        return Mono.defer(() -> {
            var keyring = known;
            if (keyring == null) {
                return look();
            }
            return keyring.isOlder(clock.instant().minus(NOTICE)) ? look().onErrorReturn(keyring) : Mono.just(keyring);
        });
    }

    /// The key of that name, if it is in memory.
    Optional<Keyring.Key> inMemory(String kid) {
        return Optional.ofNullable(known).flatMap(keyring -> keyring.find(kid));
    }

    /// The key that signs now.
    Mono<Keyring.Key> signer() {
        return current().map(keyring -> keyring.signer(clock.instant()));
    }

    /// The key of that name. One that is not known is looked for in the database, but only so often however
    /// many are shown: those who show them wait for a look that begins after they have come.
    ///
    /// Empty for what is no key of ours, or no longer.
    Mono<Keyring.Key> find(String kid) {
        return current()
                .flatMap(keyring -> Mono.justOrEmpty(keyring.find(kid)))
                .switchIfEmpty(Mono.defer(() -> isStrange(kid) ? Mono.empty() : lookFor(kid)));
    }

    /// Looks what keys there are, makes the next one if it is time, encrypts what is not yet as it should be, and
    /// removes what nobody needs.
    ///
    /// Errors: [UnusableSetting] if a key in the database was wrapped by a master key that is not known here.
    Mono<Void> keepUp() {
        return store.all()
                .concatMap(this::mend)
                .then(Mono.defer(() -> store.deleteReplacedBefore(outOfUseSince())))
                .then(Mono.defer(this::read))
                .then();
    }

    private boolean isStrange(String kid) {
        return !KID.matcher(kid).matches() || strange.containsKey(kid);
    }

    private Mono<Keyring.Key> lookFor(String kid) {
        var asked = clock.instant();
        return look().flatMap(keyring -> keyring.isOlder(asked) ? look() : Mono.just(keyring))
                .onErrorMap(UnusableSetting.class, _ -> new Refused(ErrorCode.UNAVAILABLE, "the keys can't be read"))
                .flatMap(keyring -> Mono.justOrEmpty(keyring.find(kid)))
                .switchIfEmpty(Mono.fromRunnable(() -> strange.put(kid, true)));
    }

    /// One look at a time, for all who ask for one meanwhile.
    private Mono<Keyring> look() {
        return Mono.defer(() -> {
            var begun = looking.get();
            if (begun != null) {
                return begun;
            }
            var mine = nextLook().doOnTerminate(() -> looking.set(null)).cache();
            return looking.compareAndSet(null, mine) ? mine : look();
        });
    }

    private Mono<Keyring> nextLook() {
        return Mono.defer(() -> {
            var wait = restLeft();
            return wait.isPositive() ? Mono.delay(wait).then(Mono.defer(this::read)) : read();
        });
    }

    /// Also with a clock that was set back it is no longer than that.
    private Duration restLeft() {
        var keyring = known;
        return keyring == null
                ? Duration.ZERO
                : Collections.min(List.of(
                        LOOK_AGAIN,
                        Duration.between(clock.instant(), keyring.readAt().plus(LOOK_AGAIN))));
    }

    private Mono<Keyring> read() {
        var now = clock.instant();
        return store.all()
                .collectList()
                .flatMap(
                        stored -> isDue(stored, now) ? add(now).then(store.all().collectList()) : Mono.just(stored))
                .map(stored -> Keyring.of(stored.stream().map(wraps::unwrapped).toList(), now))
                .doOnNext(keyring -> known = keyring);
    }

    private boolean isDue(List<StoredKey> stored, Instant now) {
        return stored.stream().noneMatch(key -> key.signsFrom().isAfter(due(now)) && !key.replaced());
    }

    /// The next key is made so early that it signs when the rotation is over.
    private Instant due(Instant now) {
        return now.minus(properties.keyRotation()).plus(NOTICE);
    }

    private Mono<Void> add(Instant now) {
        return transaction.transactional(Mono.defer(() -> store.addIfDue(fresh(now.plus(NOTICE)), now, due(now))));
    }

    private StoredKey fresh(Instant signsFrom) {
        var kid = new byte[KID_BYTES];
        var secret = new byte[SECRET_BYTES];
        random.nextBytes(kid);
        random.nextBytes(secret);
        return wraps.wrapped(new StoredKey(HexFormat.of().formatHex(kid), secret, false, signsFrom, false));
    }

    private Flux<Void> mend(StoredKey stored) {
        return Flux.fromStream(() -> wraps.mended(stored).stream()).concatMap(mended -> store.rewrap(stored, mended));
    }

    /// A server that has just read the keys signs with them for as long as it may keep them in memory.
    private Instant outOfUseSince() {
        return clock.instant().minus(longestLife()).minus(NOTICE.multipliedBy(2));
    }

    private Duration longestLife() {
        return Collections.max(List.of(lives.accessTokenTtl(), lives.sessionIdle(), LONGEST_LINK));
    }
}
