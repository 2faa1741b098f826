package koine.auth;

import io.jsonwebtoken.Claims;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import koine.auth.SigningKeyStore.StoredKey;
import koine.kernel.AccountId;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import reactor.core.publisher.Mono;

/// Checking the signature of an access token, and making one.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TokenBenchmark {

    private static final SignedTokens.Content CONTENT =
            new SignedTokens.Content("koine", new AccountId(42), Map.of("sid", "4711"), Duration.ofDays(1));

    private final SignedTokens tokens = new SignedTokens(new OneKey(), Clock.systemUTC());
    private final String token = sign();

    @Benchmark
    public final String sign() {
        return tokens.sign(CONTENT).block();
    }

    @Benchmark
    public AccountId verify() {
        return tokens.verify("koine", token, (Claims claims) -> SignedTokens.account(claims))
                .block();
    }

    /// Keys without a database.
    private static final class OneKey extends SigningKeys {

        private final Keyring keyring = Keyring.of(
                List.of(new StoredKey("0123456789abcdef", new byte[32], false, Instant.EPOCH, false)), Instant.EPOCH);

        OneKey() {
            super(null, null, null, null, null, Clock.systemUTC(), new SecureRandom());
        }

        @Override
        Mono<Keyring> current() {
            return Mono.just(keyring);
        }

        @Override
        Mono<Keyring.Key> signer() {
            return Mono.just(keyring.signer(Instant.EPOCH));
        }

        @Override
        Optional<Keyring.Key> inMemory(String kid) {
            return keyring.find(kid);
        }
    }
}
