package koine.protocol.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import koine.account.Register;
import koine.auth.Device;
import koine.auth.Sessions;
import koine.auth.SignIns;
import koine.auth.SignedIn;
import koine.auth.TokenPair;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// Registering, signing in and out.
@RestController
class SignInApi {

    private final SignIns signIns;
    private final Sessions sessions;

    SignInApi(SignIns signIns, Sessions sessions) {
        this.signIns = signIns;
        this.sessions = sessions;
    }

    record RegisterBody(
            @Nullable String username,
            @Nullable String email,
            @Nullable String password,
            @Nullable String phone,
            @Nullable String device) {

        Register order() {
            return new Register(username, email, password, phone);
        }

        @Override
        public String toString() {
            return "RegisterBody[username=" + username + "]";
        }
    }

    record LoginBody(
            @JsonProperty("usernameOrEmail") @Nullable String usernameOrEmail,
            @Nullable String password,
            @Nullable String device) {

        @Override
        public String toString() {
            return "LoginBody[usernameOrEmail=" + usernameOrEmail + "]";
        }
    }

    record RefreshBody(@Nullable String refreshToken) {

        @Override
        public String toString() {
            return "RefreshBody[]";
        }
    }

    /// @param expiresIn of the access token, in seconds
    record TokenBody(String accessToken, String tokenType, String refreshToken, long expiresIn) {

        static TokenBody of(TokenPair pair) {
            var access = pair.access();
            return new TokenBody(
                    access.value(), "bearer", pair.refresh(), access.expiresIn().toSeconds());
        }

        @Override
        public String toString() {
            return "TokenBody[expiresIn=" + expiresIn + "]";
        }
    }

    @PostMapping("/register")
    Mono<TokenBody> register(@RequestBody RegisterBody body, ServerHttpRequest request) {
        return signIns.register(body.order(), device(body.device(), request)).map(TokenBody::of);
    }

    @PostMapping("/login")
    Mono<TokenBody> login(@RequestBody LoginBody body, ServerHttpRequest request) {
        return signIns.signIn(body.usernameOrEmail(), body.password(), device(body.device(), request))
                .map(TokenBody::of);
    }

    @PostMapping("/token/refresh")
    Mono<TokenBody> refresh(@RequestBody RefreshBody body, ServerHttpRequest request) {
        return signIns.refresh(body.refreshToken(), device(null, request).address())
                .map(TokenBody::of);
    }

    @PostMapping("/logout")
    Mono<Success> logout(@AuthenticationPrincipal SignedIn me) {
        return sessions.end(me.account(), me.session()).thenReturn(Success.DONE);
    }

    private static Device device(@Nullable String name, ServerHttpRequest request) {
        return Device.at(name, request.getRemoteAddress());
    }
}
