package koine.auth;

import io.jsonwebtoken.Claims;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.UnsupportedJwtException;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Map;
import java.util.function.Function;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// JWTs (RFC 7519) about one account, signed with HS256 by the service's keys. What a token is for is its
/// issuer (`iss`): one for another purpose is as bad as a forged one.
@Component
class SignedTokens {

    private static final Duration SKEW = Duration.ofSeconds(5);

    private final SigningKeys keys;
    private final Clock clock;

    SignedTokens(SigningKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
        loadJson();
    }

    /// At its first use JJWT looks for its JSON library in the jars of the class path: now, and not later on
    /// an event loop.
    private static void loadJson() {
        Jwts.builder().issuer("koine").compact();
        Jwts.parser().build();
    }

    /// @param purpose what it is for
    /// @param claims  what else it says
    record Content(String purpose, AccountId account, Map<String, String> claims, Duration ttl) {}

    Mono<String> sign(Content content) {
        return keys.current().map(keyring -> sign(content, keyring));
    }

    /// What is read from a token's claims.
    ///
    /// Errors: `NOT_AUTHENTICATED` for anything but a token of ours for this purpose, signed with a key in
    /// use, that has not expired, and if its claims can't be read (by an [IllegalArgumentException] or
    /// [JwtException]).
    <T> Mono<T> verify(String purpose, String token, Function<Claims, T> read) {
        return keys.current()
                .flatMap(keyring -> verify(purpose, token, read, keyring))
                .onErrorResume(
                        UnknownKey.class, _ -> keys.latest().flatMap(keyring -> verify(purpose, token, read, keyring)))
                .onErrorMap(SignedTokens::isBad, _ -> notGood());
    }

    static AccountId account(Claims claims) {
        return new AccountId(Long.parseLong(claims.getSubject()));
    }

    private String sign(Content content, SigningKeys.Keyring keyring) {
        var now = clock.instant();
        return Jwts.builder()
                .header()
                .keyId(keyring.kid())
                .type("JWT")
                .and()
                .issuer(content.purpose())
                .subject(Long.toString(content.account().value()))
                .claims(content.claims())
                .issuedAt(Date.from(now))
                .expiration(Date.from(now.plus(content.ttl())))
                .signWith(keyring.signingKey(), Jwts.SIG.HS256)
                .compact();
    }

    private <T> Mono<T> verify(String purpose, String token, Function<Claims, T> read, SigningKeys.Keyring keyring) {
        return Mono.fromCallable(() -> read.apply(parse(purpose, token, keyring)));
    }

    private Claims parse(String purpose, String token, SigningKeys.Keyring keyring) {
        var claims = Jwts.parser()
                .clock(() -> Date.from(clock.instant()))
                .clockSkewSeconds(SKEW.toSeconds())
                .requireIssuer(purpose)
                .sig()
                .clear()
                .add(Jwts.SIG.HS256)
                .and()
                .keyLocator(header -> keyring.key(knownKid(header.get("kid"), keyring)))
                .build()
                .parseSignedClaims(token)
                .getPayload();
        if (claims.getExpiration() == null) {
            throw new UnsupportedJwtException("no exp");
        }
        return claims;
    }

    private static String knownKid(@Nullable Object kid, SigningKeys.Keyring keyring) {
        if (!(kid instanceof String id)) {
            throw new UnsupportedJwtException("no kid");
        }
        if (!keyring.has(id)) {
            throw new UnknownKey();
        }
        return id;
    }

    private static boolean isBad(Throwable problem) {
        return problem instanceof JwtException
                || problem instanceof IllegalArgumentException
                || problem instanceof UnknownKey;
    }

    private static Refused notGood() {
        return new Refused(ErrorCode.NOT_AUTHENTICATED, "the token is not valid, or no longer");
    }

    /// Signed with a key that this server has not seen.
    private static final class UnknownKey extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnknownKey() {
            super("unknown kid", null, false, false);
        }
    }
}
