package koine.auth;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import koine.account.Accounts;
import koine.account.Mailbox;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.kernel.Text;
import koine.limit.ClientAddress;
import koine.limit.Limit;
import koine.limit.LimitProperties;
import koine.limit.Limits;
import koine.log.Background;
import koine.log.Chore;
import koine.log.Person;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Holds up those who guess passwords, and nobody else. Whoever fails too often waits longer and longer, but only
/// with this account and from this address: nobody can lock somebody out who is elsewhere. An address from which
/// many fail has to wait as a whole, but not for accounts that have a session from there: so nobody is locked out
/// by a neighbour either.
///
/// An attempt counts as a failure before the password is looked at, so that many at the same time are as many.
@Component
class SignInLimits implements Background {

    private static final Duration SWEEP = Duration.ofMinutes(10);

    private final SignInAttemptStore attempts;
    private final SessionStore sessions;
    private final Accounts accounts;
    private final Limits limits;
    private final LimitProperties.SignIn settings;
    private final Clock clock;
    private final Chore sweep = new Chore(
            "Forgetting attempts to sign in", SWEEP, SWEEP, () -> forgetOld().thenReturn(false));

    SignInLimits(
            SignInAttemptStore attempts,
            SessionStore sessions,
            Accounts accounts,
            Limits limits,
            LimitProperties properties,
            Clock clock) {
        this.attempts = attempts;
        this.sessions = sessions;
        this.accounts = accounts;
        this.limits = limits;
        this.settings = properties.signIn();
        this.clock = clock;
    }

    /// Signs somebody in, if they may try.
    ///
    /// Errors: `TOO_MANY_REQUESTS`, and the password was not looked at; those of `signIn`.
    ///
    /// @param name as it was typed
    <T> Mono<T> attempt(@Nullable String name, Mono<T> signIn) {
        return name == null || !limits.areOn()
                ? signIn
                : Mono.deferContextual(context ->
                        attempt(new Attempt(name, ClientAddress.in(context).orElse(null)), signIn));
    }

    @Override
    public List<Chore> chores() {
        return List.of(sweep);
    }

    /// @param name as it was typed
    private record Attempt(String name, @Nullable ClientAddress from) {

        /// Stands for the name and where it was tried from. What is typed as a name may be a password.
        byte[] who() {
            return Secrets.hash((from == null ? "" : from.network()) + " " + Text.key(name));
        }
    }

    private <T> Mono<T> attempt(Attempt attempt, Mono<T> signIn) {
        return limits.countOnly(Limit.LOGINS, ByteBuffer.wrap(attempt.who()))
                .then(Mono.defer(() -> countForAddress(attempt)))
                .flatMap(counted -> begin(attempt)
                        .then(Mono.defer(() -> signIn).onErrorResume(problem -> settle(attempt, problem)))
                        .delayUntil(_ -> attempts.forget(attempt.who()).onErrorComplete())
                        .onErrorResume(problem -> giveBackUnlessFailed(counted, problem))
                        .delayUntil(_ -> giveBack(counted)));
    }

    /// Whether it was counted for the address: for who is known there, it is not once there are too many.
    private Mono<Boolean> countForAddress(Attempt attempt) {
        return limits.count(Limit.LOGINS)
                .thenReturn(true)
                .onErrorResume(
                        Refused.class,
                        refused -> isKnownThere(attempt)
                                .filter(Boolean::booleanValue)
                                .map(_ -> false)
                                .switchIfEmpty(Mono.error(refused)));
    }

    private Mono<Boolean> isKnownThere(Attempt attempt) {
        var from = attempt.from();
        return from == null
                ? Mono.just(false)
                : account(attempt.name()).flatMapMany(sessions::list).any(session -> from.isNear(session.address()));
    }

    private Mono<AccountId> account(String name) {
        return accounts.named(name)
                .map(Person::id)
                .switchIfEmpty(Mono.defer(
                        () -> accounts.mailbox(name).map(Mailbox::account).onErrorComplete(Refused.class)));
    }

    private Mono<Void> begin(Attempt attempt) {
        return attempts.begin(attempt.who(), clock.instant(), settings)
                .flatMap(begun -> begun ? Mono.empty() : tooEarly(attempt));
    }

    private Mono<Void> tooEarly(Attempt attempt) {
        return attempts.notBefore(attempt.who())
                .map(time -> Duration.between(clock.instant(), time))
                .defaultIfEmpty(Duration.ZERO)
                .flatMap(wait -> Mono.error(Refused.tooMany(Limit.LOGINS.publicName(), wait)));
    }

    /// What fails for another reason than the password was no guess.
    private <T> Mono<T> settle(Attempt attempt, Throwable problem) {
        return isWrong(problem)
                ? Mono.error(problem)
                : attempts.takeBack(attempt.who(), clock.instant())
                        .onErrorComplete()
                        .then(Mono.error(problem));
    }

    private <T> Mono<T> giveBackUnlessFailed(boolean counted, Throwable problem) {
        return (isWrong(problem) ? Mono.empty() : giveBack(counted)).then(Mono.error(problem));
    }

    private Mono<Void> giveBack(boolean counted) {
        return counted ? limits.giveBack(Limit.LOGINS) : Mono.empty();
    }

    private static boolean isWrong(Throwable problem) {
        return problem instanceof Refused refused && refused.code() == ErrorCode.WRONG_CREDENTIALS;
    }

    private Mono<Void> forgetOld() {
        return attempts.forgetBefore(clock.instant().minus(settings.forgetAfter()));
    }
}
