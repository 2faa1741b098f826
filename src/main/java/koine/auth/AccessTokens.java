package koine.auth;

import io.jsonwebtoken.Claims;
import java.time.Duration;
import java.util.Map;
import koine.kernel.SessionId;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Access tokens, and what cookies hold: JWTs which name the account (`sub`) and its session (`sid`).
@Component
class AccessTokens {

    private static final String PURPOSE = "koine/api";
    private static final String COOKIE = "koine/cookie";
    private static final String SESSION = "sid";

    private final SignedTokens tokens;
    private final AuthProperties properties;

    AccessTokens(SignedTokens tokens, AuthProperties properties) {
        this.tokens = tokens;
        this.properties = properties;
    }

    /// A token for the session, good from now for the configured time.
    Mono<AccessToken> issue(SignedIn who) {
        var ttl = properties.accessTokenTtl();
        return issue(PURPOSE, who, ttl).map(jwt -> new AccessToken(jwt, ttl));
    }

    /// What the session's cookie holds, good from now for as long as a session may be idle.
    Mono<String> issueCookie(SignedIn who) {
        return issue(COOKIE, who, properties.sessionIdle());
    }

    /// Whose token it is. Whether the session is still there, it does not say.
    ///
    /// Errors: `NOT_AUTHENTICATED` for anything but an access token of ours, signed with a key in use, that
    /// has not expired.
    Mono<SignedIn> verify(String token) {
        return tokens.verify(PURPOSE, token, AccessTokens::signedIn);
    }

    /// As [#verify], for what a cookie holds.
    Mono<SignedIn> verifyCookie(String value) {
        return tokens.verify(COOKIE, value, AccessTokens::signedIn);
    }

    private Mono<String> issue(String purpose, SignedIn who, Duration ttl) {
        var claims = Map.of(SESSION, Long.toString(who.session().value()));
        return tokens.sign(new SignedTokens.Content(purpose, who.account(), claims, ttl));
    }

    private static SignedIn signedIn(Claims claims) {
        return new SignedIn(
                SignedTokens.account(claims), new SessionId(Long.parseLong(claims.get(SESSION, String.class))));
    }
}
