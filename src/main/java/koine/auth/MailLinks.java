package koine.auth;

import io.jsonwebtoken.Claims;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import koine.account.Accounts;
import koine.account.Credentials;
import koine.account.Mailbox;
import koine.kernel.AccountId;
import koine.kernel.Refused;
import koine.kernel.Text;
import koine.limit.Limit;
import koine.limit.Limits;
import koine.mail.Letter;
import koine.mail.Mail;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;

/// Links that are sent by mail, and so prove that one reads what is sent to an address: to confirm it, and to
/// choose a new password. Nothing is kept of them: they are signed, expire, and are about the address and the
/// password as they were when the link was made.
@Service
public class MailLinks {

    private static final String CONFIRM = "koine/email-confirm";
    private static final String RESET = "koine/password-reset";
    private static final Duration CONFIRM_TTL = Duration.ofHours(24);
    private static final Duration RESET_TTL = Duration.ofHours(1);
    private static final String OF = "of";

    /// What a link is made for where no account has the address, and thrown away.
    private static final Mailbox NOBODY = new Mailbox(new AccountId(0), "", "", false);

    private final Accounts accounts;
    private final Credentials credentials;
    private final Sessions sessions;
    private final SignedTokens tokens;
    private final LinkAddresses links;
    private final Mail mail;
    private final Limits limits;

    MailLinks(
            Accounts accounts,
            Credentials credentials,
            Sessions sessions,
            SignedTokens tokens,
            LinkAddresses links,
            Mail mail,
            Limits limits) {
        this.accounts = accounts;
        this.credentials = credentials;
        this.sessions = sessions;
        this.tokens = tokens;
        this.links = links;
        this.mail = mail;
        this.limits = limits;
    }

    /// Sends a link by which whoever is signed in confirms their address; none if that was done before.
    ///
    /// Errors: `INVALID_REQUEST` if the account has no address; `TOO_MANY_REQUESTS`.
    public Mono<Void> askToConfirm(AccountId me) {
        return limits.count(Limit.LETTERS, me)
                .then(Mono.defer(() -> accounts.mailbox(me)))
                .switchIfEmpty(Mono.error(() -> Refused.invalid("email", "this account has no e-mail address")))
                .filter(mailbox -> !mailbox.confirmed())
                .flatMap(mailbox -> token(CONFIRM, mailbox, mailbox.address(), CONFIRM_TTL)
                        .map(token -> confirmation(mailbox, token))
                        .flatMap(mail::send));
    }

    /// Confirms the address to which the token was sent; doing so again changes nothing.
    ///
    /// Errors: `INVALID_REQUEST` for a token that is none, or too old, or if the address is another one by
    /// now.
    public Mono<Void> confirm(@Nullable String token) {
        return shown(CONFIRM, token)
                .flatMap(shown -> accounts.confirmEmail(shown.account(), shown.of()))
                .filter(Boolean::booleanValue)
                .switchIfEmpty(Mono.error(MailLinks::notGood))
                .then();
    }

    /// Sends a link for a new password, if an account has the address. Whether one has, neither the answer
    /// tells nor the time it takes.
    ///
    /// Who has too many sent to somebody else takes nothing from them: those that were sent are good as long as no
    /// further one is.
    ///
    /// Errors: `INVALID_REQUEST` for what is no address; `TOO_MANY_REQUESTS`.
    public Mono<Void> forgot(@Nullable String email) {
        return countLetter(email)
                .then(Mono.defer(() -> accounts.mailbox(email)))
                .defaultIfEmpty(NOBODY)
                .flatMap(mailbox -> token(RESET, mailbox, mailbox.passwordMark(), RESET_TTL)
                        .filter(_ -> !mailbox.equals(NOBODY))
                        .map(token -> newPassword(mailbox, token))
                        .flatMap(mail::send));
    }

    /// Sets a new password and ends all sessions. A token is good once, because it is about the old password.
    ///
    /// Errors: `INVALID_REQUEST` for an unusable password, and for a token that is none, too old or spent.
    public Mono<Void> reset(@Nullable String token, @Nullable String newPassword) {
        return shown(RESET, token)
                .flatMap(shown -> Sessions.toItsEnd(credentials.resetPassword(
                        new Credentials.Reset(shown.account(), shown.of(), newPassword),
                        () -> sessions.endWith(shown.account()))))
                .switchIfEmpty(Mono.error(MailLinks::notGood))
                .doOnNext(sessions::announce)
                .then();
    }

    private Mono<Void> countLetter(@Nullable String email) {
        return email == null
                ? limits.count(Limit.LETTERS)
                : limits.countAs(Limit.LETTERS, ByteBuffer.wrap(Secrets.hash(Text.key(email.strip()))));
    }

    private Mono<String> token(String purpose, Mailbox mailbox, String of, Duration ttl) {
        return tokens.sign(new SignedTokens.Content(purpose, mailbox.account(), Map.of(OF, of), ttl));
    }

    /// @param of the address, or the mark of the password, that it is about
    private record Shown(AccountId account, String of) {

        static Shown of(Claims claims) {
            return new Shown(
                    SignedTokens.account(claims),
                    Optional.ofNullable(claims.get(OF, String.class))
                            .orElseThrow(() -> new IllegalArgumentException("nothing it is about")));
        }
    }

    private Mono<Shown> shown(String purpose, @Nullable String token) {
        return token == null
                ? Mono.error(Refused.invalid("token", "is required"))
                : tokens.verify(purpose, token, Shown::of).onErrorMap(Refused.class, _ -> notGood());
    }

    private Letter confirmation(Mailbox mailbox, String token) {
        return new Letter(mailbox.address(), "Confirm your e-mail address", """
                Open this link to confirm that this is your address:

                %s

                It is good for 24 hours. If you have not asked for it, do nothing.
                """.formatted(links.toConfirmEmail(token)));
    }

    private Letter newPassword(Mailbox mailbox, String token) {
        return new Letter(mailbox.address(), "Choose a new password", """
                Somebody, you we hope, has forgotten the password of your account. This link is good for a new one:

                %s

                It is good once, for one hour. If you have not asked for it, do nothing: the password stays what it is.
                """.formatted(links.toResetPassword(token)));
    }

    private static Refused notGood() {
        return Refused.invalid("token", "is not valid, or no longer");
    }
}
