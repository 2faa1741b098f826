package koine.auth;

import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;

/// The cookie by which a browser shows whose session it has, in protocols whose clients keep no token. No script
/// reads it, and it is good no longer than its session. What it holds is no access token, nor is one of those
/// good as a cookie.
@Service
public class SessionCookies {

    public static final String NAME = "koine_session";

    private final AccessTokens tokens;
    private final LiveSessions sessions;
    private final Origins origins;
    private final AuthProperties properties;

    SessionCookies(AccessTokens tokens, LiveSessions sessions, Origins origins, AuthProperties properties) {
        this.tokens = tokens;
        this.sessions = sessions;
        this.origins = origins;
        this.properties = properties;
    }

    /// A cookie for the session, good for as long as a session may be idle; sent over TLS alone if it was asked
    /// for over TLS.
    public Mono<ResponseCookie> issue(SignedIn who, Visit visit) {
        return tokens.issueCookie(who)
                .map(value ->
                        cookie(value, visit).maxAge(properties.sessionIdle()).build());
    }

    /// Has the browser forget its cookie.
    public ResponseCookie cleared(Visit visit) {
        return cookie("", visit).maxAge(0).build();
    }

    /// Whose cookie the request shows; empty if it shows none. For requests that change nothing: any page may
    /// have made it.
    ///
    /// Errors: `NOT_AUTHENTICATED` for one that is not good, or whose session has ended.
    public Mono<SignedIn> reader(Visit visit) {
        return Mono.justOrEmpty(visit.cookies().getFirst(NAME))
                .flatMap(cookie -> tokens.verifyCookie(cookie.getValue()))
                .flatMap(sessions::check);
    }

    /// As [#reader], for requests that change something, or open a socket: they must come from a page of this
    /// very server, or of an origin that is listed.
    ///
    /// Errors: as [#reader]; `FORBIDDEN`.
    public Mono<SignedIn> actor(Visit visit) {
        return visit.cookies().containsKey(NAME) && !origins.trust(visit)
                ? Mono.error(SessionCookies::foreignPage)
                : reader(visit);
    }

    /// Refuses a handshake that has the session's cookie and names a page of somebody else, whatever proves who it is:
    /// browsers add cookies to the handshakes of any page.
    ///
    /// Errors: `FORBIDDEN`.
    public Mono<Void> checkHandshake(Visit visit) {
        return visit.cookies().containsKey(NAME) && origins.distrust(visit)
                ? Mono.error(SessionCookies::foreignPage)
                : Mono.empty();
    }

    private static Refused foreignPage() {
        return new Refused(ErrorCode.FORBIDDEN, "with a cookie, the origin must be this server's");
    }

    private static ResponseCookie.ResponseCookieBuilder cookie(String value, Visit visit) {
        return ResponseCookie.from(NAME, value)
                .path("/")
                .httpOnly(true)
                .sameSite("Strict")
                .secure(visit.isSecure());
    }
}
