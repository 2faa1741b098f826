package koine.auth;

import io.jsonwebtoken.Claims;
import io.jsonwebtoken.Jws;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.UnsupportedJwtException;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.kernel.SessionId;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Access tokens: JWTs (RFC 7519) signed with HS256, which name the account (`sub`) and its session (`sid`).
@Component
class AccessTokens {

    private static final String ISSUER = "koine";
    private static final String SESSION = "sid";
    private static final Duration SKEW = Duration.ofSeconds(5);

    private final SigningKeys keys;
    private final AuthProperties properties;
    private final Clock clock;

    AccessTokens(SigningKeys keys, AuthProperties properties, Clock clock) {
        this.keys = keys;
        this.properties = properties;
        this.clock = clock;
        loadJson();
    }

    /// At its first use JJWT looks for its JSON library in the jars of the class path: now, and not later on an
    /// event loop.
    private static void loadJson() {
        Jwts.builder().issuer(ISSUER).compact();
        Jwts.parser().build();
    }

    /// A token for the session, good from now for the configured time.
    Mono<AccessToken> issue(SignedIn who) {
        return keys.current().map(keyring -> sign(who, keyring));
    }

    /// Whose token it is. Whether the session is still there, it does not say.
    ///
    /// Errors: `NOT_AUTHENTICATED` for anything but a token of ours, signed with a key in use, that has not
    /// expired.
    Mono<SignedIn> verify(String token) {
        return keys.current()
                .flatMap(keyring -> verify(token, keyring))
                .onErrorResume(UnknownKey.class, _ -> keys.latest().flatMap(keyring -> verify(token, keyring)))
                .onErrorMap(problem -> problem instanceof JwtException
                                || problem instanceof IllegalArgumentException
                                || problem instanceof UnknownKey
                        ? new Refused(ErrorCode.NOT_AUTHENTICATED, "the token is not valid, or no longer")
                        : problem);
    }

    private AccessToken sign(SignedIn who, SigningKeys.Keyring keyring) {
        var now = clock.instant();
        var jwt = Jwts.builder()
                .header()
                .keyId(keyring.kid())
                .type("JWT")
                .and()
                .issuer(ISSUER)
                .subject(Long.toString(who.account().value()))
                .claim(SESSION, Long.toString(who.session().value()))
                .issuedAt(Date.from(now))
                .expiration(Date.from(now.plus(properties.accessTokenTtl())))
                .signWith(keyring.signingKey(), Jwts.SIG.HS256)
                .compact();
        return new AccessToken(jwt, properties.accessTokenTtl());
    }

    private Mono<SignedIn> verify(String token, SigningKeys.Keyring keyring) {
        return Mono.fromCallable(() -> signedIn(parse(token, keyring)));
    }

    private Claims parse(String token, SigningKeys.Keyring keyring) {
        Jws<Claims> jws = Jwts.parser()
                .clock(() -> Date.from(clock.instant()))
                .clockSkewSeconds(SKEW.toSeconds())
                .requireIssuer(ISSUER)
                .sig()
                .clear()
                .add(Jwts.SIG.HS256)
                .and()
                .keyLocator(header -> keyring.key(knownKid(header.get("kid"), keyring)))
                .build()
                .parseSignedClaims(token);
        return jws.getPayload();
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

    private static SignedIn signedIn(Claims claims) {
        if (claims.getExpiration() == null) {
            throw new UnsupportedJwtException("no exp");
        }
        return new SignedIn(
                new AccountId(Long.parseLong(claims.getSubject())),
                new SessionId(Long.parseLong(claims.get(SESSION, String.class))));
    }

    /// Signed with a key that this server has not seen.
    private static final class UnknownKey extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnknownKey() {
            super("unknown kid", null, false, false);
        }
    }
}
