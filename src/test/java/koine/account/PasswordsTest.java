package koine.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("measures what it allocates")
class PasswordsTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Passwords passwords = new Passwords(new AccountProperties(4, 1, 2));

    @AfterEach
    void close() {
        passwords.destroy();
    }

    @Test
    void hash_any_isArgon2idWithItsOwnSalt() {
        var hash = hash("secret");

        assertThat(hash).startsWith("$argon2id$v=19$m=16384,t=2,p=1$").isNotEqualTo(hash("secret"));
    }

    @Test
    void matches_rightOrWrong_saysWhich() {
        var hash = hash("secret");

        assertThat(matches("secret", hash)).isTrue();
        assertThat(matches("Secret", hash)).isFalse();
        assertThat(matches("secret ", hash)).isFalse();
    }

    /// Where bcrypt would stop reading.
    @Test
    void matches_differentAfter72Bytes_areToldApart() {
        var start = "x".repeat(72);
        var hash = hash(start + "a");

        assertThat(matches(start + "a", hash)).isTrue();
        assertThat(matches(start + "b", hash)).isFalse();
        assertThat(matches(start, hash)).isFalse();
    }

    @Test
    void matches_longestPasswords_areToldApartAtTheirEnd() {
        var start = "😀".repeat(Passwords.MAX_LENGTH - 1);
        var hash = hash(start + "a");

        assertThat(matches(start + "a", hash)).isTrue();
        assertThat(matches(start + "b", hash)).isFalse();
    }

    /// An unknown user costs a whole hash like a known one: work that is measured by the memory it takes, since
    /// a clock would be at the mercy of the machine.
    @Test
    void matches_withoutHash_isFalseAfterTheSameWork() {
        var hash = hash("secret");

        var known = workOf(() -> assertThat(matches("wrong", hash)).isFalse());
        var unknown = workOf(
                () -> assertThat(passwords.matches("wrong", null).block()).isFalse());

        assertThat(known).isGreaterThan(16 * 1024 * 1024);
        assertThat((double) unknown / known).isBetween(0.95, 1.05);
    }

    @Test
    void matches_withoutHashTheDecoysOwnPassword_isFalse() {
        assertThat(passwords.matches("no account has this", null).block()).isFalse();
    }

    @Test
    void hash_onItsOwnThreads() {
        var thread = passwords
                .matches("x", null)
                .map(_ -> Thread.currentThread().getName())
                .block();

        assertThat(thread).startsWith("koine-password-");
    }

    @Test
    void hash_moreThanMayWait_areRefusedForTheMoment() {
        var all = Stream.generate(() -> passwords.hash("secret").toFuture())
                .limit(12)
                .toList();

        var refused = all.stream().filter(PasswordsTest::isRefused).count();

        assertThat(refused).isPositive().isLessThan(12);
        assertThat(hash("secret")).isNotBlank();
    }

    /// That too many wait at the moment of somebody's first unknown name must not be remembered.
    @Test
    void matches_withoutHashRefusedOnce_worksLater() {
        var attempts = Stream.generate(() -> passwords.hash("secret").toFuture())
                .limit(12)
                .toList();
        assertThat(IntStream.range(0, 1_000).anyMatch(_ -> isUnknownUserRefused()))
                .isTrue();
        attempts.forEach(PasswordsTest::isRefused);
        Awaitility.await().until(() -> !isRefused(passwords.hash("secret").toFuture()));

        assertThat(passwords.matches("wrong", null).block()).isFalse();
    }

    private boolean isUnknownUserRefused() {
        var unknown = passwords.matches("wrong", null).toFuture();
        var _ = passwords.hash("secret").toFuture();
        return unknown.isCompletedExceptionally();
    }

    /// Waits for it.
    private static boolean isRefused(CompletableFuture<String> hash) {
        var problem = hash.handle((_, thrown) -> thrown).join();
        if (problem != null) {
            assertTooMany(problem);
        }
        return problem != null;
    }

    private static void assertTooMany(Throwable problem) {
        assertThat(problem)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS));
    }

    /// The bytes that the only password thread allocated meanwhile.
    private static long workOf(Runnable work) {
        var before = allocated();
        work.run();
        return allocated() - before;
    }

    private static long allocated() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("koine-password-"))
                .mapToLong(thread -> THREADS.getThreadAllocatedBytes(thread.threadId()))
                .sum();
    }

    private String hash(String password) {
        return passwords.hash(password).blockOptional().orElseThrow();
    }

    private boolean matches(String password, String hash) {
        return passwords.matches(password, hash).blockOptional().orElseThrow();
    }
}
