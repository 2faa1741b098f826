package koine.auth;

import koine.account.Accounts;
import koine.account.Register;
import koine.kernel.AccountId;
import koine.kernel.Text;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;

/// Registering and signing in: each opens a session, a signed-in device.
@Service
public class SignIns {

    private static final int MAX_DEVICE = 128;

    private final Accounts accounts;
    private final Sessions sessions;

    SignIns(Accounts accounts, Sessions sessions) {
        this.accounts = accounts;
        this.sessions = sessions;
    }

    /// Makes an account and signs it in.
    ///
    /// Errors: as [Accounts#register]; then there is no account either.
    public Mono<TokenPair> register(Register order, Device device) {
        return Mono.fromRunnable(() -> checkDevice(device.name()))
                .then(Mono.defer(() -> accounts.register(order, account -> open(account, device))))
                .flatMap(this::pair);
    }

    /// Signs in an account that is there.
    ///
    /// Errors: as [Accounts#authenticate].
    public Mono<TokenPair> signIn(@Nullable String usernameOrEmail, @Nullable String password, Device device) {
        return Mono.fromRunnable(() -> checkDevice(device.name()))
                .then(Mono.defer(
                        () -> accounts.authenticate(usernameOrEmail, password, account -> open(account, device))))
                .flatMap(this::pair);
    }

    /// Changes the password of whoever is signed in, and ends all their other sessions with it.
    ///
    /// Errors: as [Accounts#changePassword]; then nothing has ended.
    public Mono<Void> changePassword(SignedIn me, @Nullable String oldPassword, @Nullable String newPassword) {
        var changed = accounts.changePassword(me.account(), oldPassword, newPassword, () -> sessions.deleteOthers(me));
        return Sessions.toItsEnd(changed.doOnNext(sessions::announce)).then();
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
