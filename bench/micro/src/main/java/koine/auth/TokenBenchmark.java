package koine.auth;

import io.jsonwebtoken.Claims;
import io.jsonwebtoken.security.Keys;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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

        private final Keyring keyring = new Keyring(
                "k",
                Map.of("k", Keys.hmacShaKeyFor(new byte[32])),
                Clock.systemUTC().instant());

        OneKey() {
            super(null, null, null, Clock.systemUTC(), new SecureRandom());
        }

        @Override
        Mono<Keyring> current() {
            return Mono.just(keyring);
        }

        @Override
        Mono<Keyring> latest() {
            return Mono.just(keyring);
        }
    }
}
