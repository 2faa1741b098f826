package koine.protocol.matcha;

import koine.account.Accounts;
import koine.auth.Device;
import koine.auth.SessionCookies;
import koine.auth.Sessions;
import koine.auth.SignIns;
import koine.auth.SignedIn;
import koine.auth.TokenPair;
import koine.auth.Visit;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// Signing in and out.
@RestController
@RequestMapping("/api")
class MatchaSignInApi {

    /// What sessions are shown as in the list of one's devices.
    private static final String DEVICE = "matcha";

    private final SignIns signIns;
    private final Sessions sessions;
    private final SessionCookies cookies;
    private final Accounts accounts;

    MatchaSignInApi(SignIns signIns, Sessions sessions, SessionCookies cookies, Accounts accounts) {
        this.signIns = signIns;
        this.sessions = sessions;
        this.cookies = cookies;
        this.accounts = accounts;
    }

    record SignInBody(@Nullable String login, @Nullable String password) {

        @Override
        public String toString() {
            return "SignInBody[login=" + login + "]";
        }
    }

    /// @param refreshToken beyond the document, for clients that keep the token and not the cookie
    /// @param expiresIn    of the access token, in seconds; beyond the document
    record SignedInBody(
            String message, long userId, String login, String accessToken, String refreshToken, long expiresIn) {

        static SignedInBody of(TokenPair pair, String login) {
            var access = pair.access();
            return new SignedInBody(
                    "ok",
                    pair.who().account().value(),
                    login,
                    access.value(),
                    pair.refresh(),
                    access.expiresIn().toSeconds());
        }

        @Override
        public String toString() {
            return "SignedInBody[userId=" + userId + "]";
        }
    }

    @PostMapping("/signin")
    Mono<SignedInBody> signIn(@RequestBody SignInBody body, ServerHttpRequest request, ServerHttpResponse response) {
        return Mono.defer(() -> signIns.signIn(
                        required("login", body.login()),
                        required("password", body.password()),
                        Device.at(DEVICE, request.getRemoteAddress())))
                .onErrorMap(Refused.class, MatchaSignInApi::wrong)
                .delayUntil(pair -> cookies.issue(pair.who(), Visit.of(request)).doOnNext(response::addCookie))
                .flatMap(pair ->
                        accounts.find(pair.who().account()).map(account -> SignedInBody.of(pair, account.username())));
    }

    @DeleteMapping("/logout")
    Mono<Outgoing.Done> logOut(
            @AuthenticationPrincipal SignedIn me, ServerHttpRequest request, ServerHttpResponse response) {
        return sessions.end(me.account(), me.session())
                .doOnSuccess(_ -> response.addCookie(cookies.cleared(Visit.of(request))))
                .thenReturn(Outgoing.Done.OK);
    }

    private static String required(String field, @Nullable String text) {
        if (text == null) {
            throw Refused.invalid(field, "is required");
        }
        return text;
    }

    /// What can be nobody's login or password is a wrong one.
    private static Refused wrong(Refused refused) {
        return switch (refused.code()) {
            case WRONG_CREDENTIALS -> new Refused(ErrorCode.NOT_AUTHENTICATED, "wrong login or password");
            case INVALID_REQUEST ->
                refused.detail().endsWith("is required")
                        ? refused
                        : new Refused(ErrorCode.NOT_AUTHENTICATED, "wrong login or password");
            default -> refused;
        };
    }
}
