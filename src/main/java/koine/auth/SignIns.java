package koine.auth;

import java.nio.ByteBuffer;
import java.util.Optional;
import koine.account.Credentials;
import koine.account.Register;
import koine.account.Registrations;
import koine.kernel.AccountId;
import koine.kernel.Text;
import koine.limit.Limit;
import koine.limit.Limits;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;

/// Registering and signing in: each opens a session, a signed-in device.
@Service
public class SignIns {

    private static final int MAX_DEVICE = 128;

    private final Registrations registrations;
    private final Credentials credentials;
    private final Sessions sessions;
    private final SignInLimits attempts;
    private final Limits limits;

    SignIns(
            Registrations registrations,
            Credentials credentials,
            Sessions sessions,
            SignInLimits attempts,
            Limits limits) {
        this.registrations = registrations;
        this.credentials = credentials;
        this.sessions = sessions;
        this.attempts = attempts;
        this.limits = limits;
    }

    /// Makes an account and signs it in.
    ///
    /// Errors: as [Registrations#register], and `TOO_MANY_REQUESTS`; then there is no account either.
    public Mono<TokenPair> register(Register order, Device device) {
        return Mono.<Void>fromRunnable(() -> checkDevice(device.name()))
                .then(limits.count(Limit.REGISTRATIONS))
                .then(Mono.defer(() -> registrations.register(order, account -> open(account, device))))
                .flatMap(this::pair);
    }

    /// Signs in an account that is there.
    ///
    /// Errors: as [Credentials#authenticate], and `TOO_MANY_REQUESTS` for who has failed too often.
    public Mono<TokenPair> signIn(@Nullable String usernameOrEmail, @Nullable String password, Device device) {
        return Mono.fromRunnable(() -> checkDevice(device.name()))
                .then(attempts.attempt(
                        usernameOrEmail,
                        credentials.authenticate(usernameOrEmail, password, account -> open(account, device))))
                .flatMap(this::pair);
    }

    /// Renews a session.
    ///
    /// Errors: as [Sessions#refresh], and `TOO_MANY_REQUESTS`.
    ///
    /// @param address where the call came from
    public Mono<TokenPair> refresh(@Nullable String refreshToken, @Nullable String address) {
        return countRefresh(refreshToken).then(Mono.defer(() -> sessions.refresh(refreshToken, address)));
    }

    /// Changes the password of whoever is signed in, and ends all their other sessions with it.
    ///
    /// Errors: as [Credentials#changePassword], and `TOO_MANY_REQUESTS` for who has failed too often; then nothing
    /// has ended.
    public Mono<Void> changePassword(SignedIn me, @Nullable String oldPassword, @Nullable String newPassword) {
        var changed = Sessions.toItsEnd(credentials
                .changePassword(me.account(), oldPassword, newPassword, () -> sessions.deleteOthers(me))
                .doOnNext(sessions::announce));
        return attempts.attempt(ownName(me), changed).then();
    }

    /// Completes if it is the password of whoever is signed in: a token may be somebody else's by now.
    ///
    /// Errors: as [Credentials#confirm], and `TOO_MANY_REQUESTS` for who has failed too often.
    public Mono<Void> confirm(SignedIn me, @Nullable String password) {
        return attempts.attempt(
                        ownName(me), credentials.confirm(me.account(), password).thenReturn(true))
                .then();
    }

    /// Under which the attempts of somebody count who has signed in; nobody can be called that.
    private static String ownName(SignedIn me) {
        return "account " + me.account().value();
    }

    /// What all tokens of a session have in common nobody else can guess.
    private Mono<Void> countRefresh(@Nullable String refreshToken) {
        return Optional.ofNullable(refreshToken)
                .flatMap(RefreshToken::parse)
                .map(token -> limits.countAs(Limit.REFRESHES, ByteBuffer.wrap(Secrets.hash(token.family()))))
                .orElseGet(() -> limits.count(Limit.REFRESHES));
    }

    /// @param session a new one
    private record Opened(SignedIn who, RefreshToken session) {}

    private Mono<Opened> open(AccountId account, Device device) {
        return sessions.open(account, device).map(token -> new Opened(new SignedIn(account, token.session()), token));
    }

    private Mono<TokenPair> pair(Opened opened) {
        return sessions.pair(opened.who(), opened.session());
    }

    private static void checkDevice(@Nullable String device) {
        if (device != null) {
            Text.required("device", device, 1, MAX_DEVICE);
        }
    }
}
