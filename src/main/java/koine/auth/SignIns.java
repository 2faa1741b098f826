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
    private final SessionStore sessions;
    private final Tokens tokens;

    SignIns(Accounts accounts, SessionStore sessions, Tokens tokens) {
        this.accounts = accounts;
        this.sessions = sessions;
        this.tokens = tokens;
    }

    /// Makes an account and signs it in.
    ///
    /// Errors: as [Accounts#register]; then there is no account either.
    public Mono<AccessToken> register(Register order, @Nullable String device) {
        return Mono.fromRunnable(() -> checkDevice(device))
                .then(Mono.defer(() -> accounts.register(order, account -> open(account, device))))
                .flatMap(tokens::issue);
    }

    /// Signs in an account that is there.
    ///
    /// Errors: as [Accounts#authenticate].
    public Mono<AccessToken> signIn(
            @Nullable String usernameOrEmail, @Nullable String password, @Nullable String device) {
        return Mono.fromRunnable(() -> checkDevice(device))
                .then(Mono.defer(() -> accounts.authenticate(usernameOrEmail, password)))
                .flatMap(account -> open(account, device))
                .flatMap(tokens::issue);
    }

    private Mono<SignedIn> open(AccountId account, @Nullable String device) {
        return sessions.insert(account, device).map(session -> new SignedIn(account, session));
    }

    private static void checkDevice(@Nullable String device) {
        if (device != null) {
            Text.required("device", device, 1, MAX_DEVICE);
        }
    }
}
