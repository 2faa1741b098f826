package koine.protocol.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import koine.account.Register;
import koine.auth.AccessToken;
import koine.auth.SignIns;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// Registering and signing in.
@RestController
class SignInApi {

    private final SignIns signIns;

    SignInApi(SignIns signIns) {
        this.signIns = signIns;
    }

    record RegisterBody(
            @Nullable String username,
            @Nullable String email,
            @Nullable String password,
            @Nullable String device) {

        Register order() {
            return new Register(username, email, password);
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

    /// @param expiresIn in seconds
    record TokenBody(String accessToken, String tokenType, long expiresIn) {

        static TokenBody of(AccessToken token) {
            return new TokenBody(token.value(), "bearer", token.expiresIn().toSeconds());
        }

        @Override
        public String toString() {
            return "TokenBody[expiresIn=" + expiresIn + "]";
        }
    }

    @PostMapping("/register")
    Mono<TokenBody> register(@RequestBody RegisterBody body) {
        return signIns.register(body.order(), body.device()).map(TokenBody::of);
    }

    @PostMapping("/login")
    Mono<TokenBody> login(@RequestBody LoginBody body) {
        return signIns.signIn(body.usernameOrEmail(), body.password(), body.device())
                .map(TokenBody::of);
    }
}
