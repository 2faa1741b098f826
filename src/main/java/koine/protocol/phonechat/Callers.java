package koine.protocol.phonechat;

import java.util.Optional;
import koine.auth.SessionCookies;
import koine.auth.SignedIn;
import koine.auth.Tokens;
import koine.auth.Visit;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Finds out who asks: by a bearer token in the header, by one in the query, or by the session's cookie. With a
/// cookie, what changes something or opens a socket must come from a page of this server.
@Component("phonechatCallers")
class Callers {

    private static final String SCHEME = "Bearer ";

    private final Tokens tokens;
    private final SessionCookies cookies;

    Callers(Tokens tokens, SessionCookies cookies) {
        this.tokens = tokens;
        this.cookies = cookies;
    }

    /// Who sent the request.
    ///
    /// Errors: `NOT_AUTHENTICATED`; `FORBIDDEN` for a cookie that a page of another server shows.
    Mono<SignedIn> of(ServerHttpRequest request) {
        return token(request)
                .map(tokens::verify)
                .orElseGet(() -> byCookie(request))
                .switchIfEmpty(Mono.error(() -> new Refused(
                        ErrorCode.NOT_AUTHENTICATED, "this needs a bearer token, as header or as ?token=")));
    }

    private Mono<SignedIn> byCookie(ServerHttpRequest request) {
        var visit = Visit.of(request);
        return isToReadOnly(request) ? cookies.reader(visit) : cookies.actor(visit);
    }

    private static boolean isToReadOnly(ServerHttpRequest request) {
        return request.getMethod().equals(HttpMethod.GET)
                && !request.getHeaders().containsHeader(HttpHeaders.UPGRADE);
    }

    private static Optional<String> token(ServerHttpRequest request) {
        var header = request.getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
        return header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? Optional.of(header.substring(SCHEME.length()).strip())
                : Optional.ofNullable(request.getQueryParams().getFirst("token"));
    }
}
