package koine.auth;

import io.jsonwebtoken.Claims;
import io.jsonwebtoken.Header;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.UnsupportedJwtException;
import java.security.Key;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// JWTs (RFC 7519) about one account, signed with HS256 by the service's keys. What a token is for is its
/// audience (`aud`): one for another purpose is as bad as a forged one.
@Component
class SignedTokens {

    private static final String ISSUER = "koine";
    private static final Duration SKEW = Duration.ofSeconds(5);

    private final SigningKeys keys;
    private final Clock clock;

    /// By purpose, of which there are few. Making one costs more than checking a signature.
    private final Map<String, JwtParser> parsers = new ConcurrentHashMap<>();

    SignedTokens(SigningKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
        loadJson();
    }

    /// At its first use JJWT looks for its JSON library in the jars of the class path: now, and not later on
    /// an event loop.
    private static void loadJson() {
        Jwts.builder().issuer(ISSUER).compact();
        Jwts.parser().build();
    }

    /// @param purpose what it is for
    /// @param claims  what else it says
    record Content(String purpose, AccountId account, Map<String, String> claims, Duration ttl) {}

    Mono<String> sign(Content content) {
        return keys.signer().map(key -> sign(content, key));
    }

    /// What is read from a token's claims.
    ///
    /// Errors: `NOT_AUTHENTICATED` for anything but a token of ours for this purpose, signed with a key in
    /// use, that has not expired, and if its claims can't be read (by an [IllegalArgumentException] or
    /// [JwtException]).
    <T> Mono<T> verify(String purpose, String token, Function<Claims, T> read) {
        var claims = Mono.fromCallable(() -> read.apply(parse(purpose, token)));
        return keys.current()
                .then(claims)
                .onErrorResume(
                        UnknownKey.class, unknown -> keys.find(unknown.kid).then(claims))
                .onErrorMap(SignedTokens::isBad, _ -> notGood());
    }

    static AccountId account(Claims claims) {
        return new AccountId(Long.parseLong(claims.getSubject()));
    }

    private String sign(Content content, Keyring.Key key) {
        var now = clock.instant();
        return Jwts.builder()
                .header()
                .keyId(key.kid())
                .type("JWT")
                .and()
                .issuer(ISSUER)
                .audience()
                .add(content.purpose())
                .and()
                .subject(Long.toString(content.account().value()))
                .claims(content.claims())
                .issuedAt(Date.from(now))
                .expiration(Date.from(now.plus(content.ttl())))
                .signWith(key.secret(), Jwts.SIG.HS256)
                .compact();
    }

    private Claims parse(String purpose, String token) {
        var claims = parsers.computeIfAbsent(purpose, this::parser)
                .parseSignedClaims(token)
                .getPayload();
        if (claims.getExpiration() == null) {
            throw new UnsupportedJwtException("no exp");
        }
        return claims;
    }

    /// One signature algorithm, and neither encryption nor compression: who has no key of ours makes the service
    /// compute nothing but that.
    private JwtParser parser(String purpose) {
        return Jwts.parser()
                .clock(() -> Date.from(clock.instant()))
                .clockSkewSeconds(SKEW.toSeconds())
                .requireIssuer(ISSUER)
                .requireAudience(purpose)
                .sig()
                .clear()
                .add(Jwts.SIG.HS256)
                .and()
                .enc()
                .clear()
                .and()
                .zip()
                .clear()
                .and()
                .keyLocator(this::key)
                .build();
    }

    private Key key(Header header) {
        if (!(header.get("kid") instanceof String kid)) {
            throw new UnsupportedJwtException("no kid");
        }
        return keys.inMemory(kid).map(Keyring.Key::secret).orElseThrow(() -> new UnknownKey(kid));
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

        private final String kid;

        UnknownKey(String kid) {
            super("unknown kid", null, false, false);
            this.kid = kid;
        }
    }
}
