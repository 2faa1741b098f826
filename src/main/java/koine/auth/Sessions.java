package koine.auth;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.kernel.SessionId;
import koine.log.Signal.SessionEnded;
import koine.log.Signals;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Signed-in devices: how they are renewed and how they end. A session that has ended is gone at once, with
/// its tokens and tickets, and its connections to all servers are told to end. What was begun runs to its end
/// even if the caller goes away.
@Service
public class Sessions {

    private static final SessionId NONE = new SessionId(0);

    private final SessionStore store;
    private final AccessTokens tokens;
    private final LiveSessions live;
    private final Signals signals;
    private final AuthProperties properties;
    private final Clock clock;
    private final SecureRandom random;

    Sessions(
            SessionStore store,
            AccessTokens tokens,
            LiveSessions live,
            Signals signals,
            AuthProperties properties,
            Clock clock,
            SecureRandom random) {
        this.store = store;
        this.tokens = tokens;
        this.live = live;
        this.signals = signals;
        this.properties = properties;
        this.clock = clock;
        this.random = random;
    }

    /// The next pair of tokens for the session of a refresh token, which is spent by that.
    ///
    /// Errors: `NOT_AUTHENTICATED` for a token that is unknown, spent or idle for too long. A spent one ends
    /// its session: either somebody has stolen it, or the one who has the newer one has.
    Mono<TokenPair> refresh(@Nullable String refreshToken, @Nullable String address) {
        return Mono.fromCallable(() -> shown(refreshToken))
                .flatMap(token -> toItsEnd(renew(token, token.next(random), address)));
    }

    /// An account's sessions, the last used first.
    public Flux<Session> of(AccountId account) {
        return store.list(account);
    }

    /// Ends a session of an account.
    ///
    /// Errors: `NOT_FOUND` if it has no such session.
    public Mono<Void> end(AccountId account, SessionId session) {
        return toItsEnd(store.end(account, session).doOnNext(this::announce))
                .switchIfEmpty(Mono.error(() -> new Refused(ErrorCode.NOT_FOUND, "there is no such session")))
                .then();
    }

    /// Those of the sessions that have ended. The others are noted as in use.
    public Flux<SessionId> ended(Collection<SessionId> sessions) {
        return store.missing(sessions).doOnSubscribe(_ -> sessions.forEach(live::seen));
    }

    /// Ends all sessions of an account that is being erased, within the change of the log that erases it;
    /// gives them, to be [announced][#announce] when that is done.
    public Mono<List<SignedIn>> endWith(AccountId account) {
        return store.endAllBut(account, NONE).collectList();
    }

    /// A new session of the account. To be called in a transaction that ends with it.
    Mono<RefreshToken> open(AccountId account, Device device) {
        return Mono.defer(() -> {
            var family = RefreshToken.freshFamily(random);
            var secret = RefreshToken.freshSecret(random);
            return store.insert(new SessionStore.NewSession(account, device, family, secret), clock.instant())
                    .map(session -> new RefreshToken(session, family, secret));
        });
    }

    Mono<TokenPair> pair(SignedIn who, RefreshToken refresh) {
        return tokens.issue(who).map(access -> new TokenPair(who, access, refresh.text()));
    }

    /// Deletes all sessions of the account but this one, and gives them. To be announced after the
    /// transaction around this.
    Mono<List<SignedIn>> deleteOthers(SignedIn me) {
        return store.endAllBut(me.account(), me.session()).collectList();
    }

    /// Ends those that were not used for too long; gives how many there were.
    Mono<Long> endIdle() {
        return Mono.defer(
                () -> store.endIdle(idleSince()).doOnNext(this::announce).count());
    }

    /// These sessions were deleted: ends what is open of them.
    public void announce(List<SignedIn> ended) {
        ended.forEach(this::announce);
    }

    private void announce(SignedIn ended) {
        live.ended(ended.session());
        signals.send(new SessionEnded(ended.account(), ended.session()));
    }

    /// Whoever gave the order may be gone before it is carried out: logging out is the last that many clients
    /// do.
    static <T> Mono<T> toItsEnd(Mono<T> work) {
        return Mono.fromFuture(work::toFuture, true);
    }

    private Mono<TokenPair> renew(RefreshToken shown, RefreshToken next, @Nullable String address) {
        var renewal = new SessionStore.Renewal(shown, next, address);
        return store.renew(renewal, clock.instant(), idleSince())
                .flatMap(who -> pair(who, next))
                .switchIfEmpty(Mono.defer(() -> endSpent(shown)));
    }

    private Mono<TokenPair> endSpent(RefreshToken shown) {
        return store.endFamily(shown).doOnNext(this::announce).then(Mono.error(Sessions::notGood));
    }

    private Instant idleSince() {
        return clock.instant().minus(properties.sessionIdle());
    }

    private static RefreshToken shown(@Nullable String text) {
        if (text == null) {
            throw Refused.invalid("refresh_token", "is required");
        }
        return RefreshToken.parse(text).orElseThrow(Sessions::notGood);
    }

    private static Refused notGood() {
        return new Refused(ErrorCode.NOT_AUTHENTICATED, "the refresh token is not valid, or no longer");
    }
}
