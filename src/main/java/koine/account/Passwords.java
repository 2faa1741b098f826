package koine.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.kernel.Text;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/// Hashes and checks passwords with Argon2id, on threads of its own, since a hash keeps a processor busy for
/// tens of milliseconds.
@Component
class Passwords implements DisposableBean {

    static final int MAX_LENGTH = 2047;

    private final PasswordEncoder argon2id = Argon2PasswordEncoder.defaultsForSpringSecurity_v5_8();
    private final Scheduler scheduler;
    private final int minLength;
    private final String decoy;

    Passwords(AccountProperties properties) {
        this.scheduler = Schedulers.newBoundedElastic(
                properties.passwordThreads(), properties.passwordQueue(), "koine-password", 60, true);
        this.minLength = properties.minPasswordLength();
        this.decoy = argon2id.encode("no account has this");
    }

    /// The password, if somebody may choose it.
    ///
    /// Errors: `INVALID_REQUEST`, naming the field, if it is missing, too short or too long.
    String usable(String field, @Nullable String password) {
        return Text.required(field, password, minLength, MAX_LENGTH);
    }

    /// The hash under which a password is kept.
    ///
    /// Errors: `TOO_MANY_REQUESTS` when too many are waiting.
    Mono<String> hash(String password) {
        return onOwnThreads(() -> argon2id.encode(password));
    }

    /// Tells a password, by its hash, from every other and from the same one set again.
    static String mark(String hash) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(hash.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// Whether that is the mark of the password with this hash, in a time that does not tell how much of it is.
    static boolean isMarkOf(String hash, String mark) {
        return MessageDigest.isEqual(
                mark(hash).getBytes(StandardCharsets.UTF_8), mark.getBytes(StandardCharsets.UTF_8));
    }

    /// Whether the password is the one of the hash. Without a hash the answer is no, and takes as long.
    ///
    /// Errors: `TOO_MANY_REQUESTS` when too many are waiting.
    Mono<Boolean> matches(String password, @Nullable String hash) {
        return hash == null
                ? onOwnThreads(() -> argon2id.matches(password, decoy)).thenReturn(false)
                : onOwnThreads(() -> argon2id.matches(password, hash));
    }

    @Override
    public void destroy() {
        scheduler.dispose();
    }

    private <T> Mono<T> onOwnThreads(Callable<T> work) {
        return Mono.fromCallable(work)
                .subscribeOn(scheduler)
                .onErrorMap(
                        RejectedExecutionException.class,
                        _ -> new Refused(ErrorCode.TOO_MANY_REQUESTS, "too many passwords are being checked"));
    }
}
