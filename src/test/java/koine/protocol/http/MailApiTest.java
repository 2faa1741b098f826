package koine.protocol.http;

import static koine.protocol.http.Errors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import koine.testing.Api;
import koine.testing.Api.Answer;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;

/// Links that come by mail, which without a mail server are in the log.
@KoineTest
@ExtendWith(OutputCaptureExtension.class)
class MailApiTest {

    @LocalServerPort
    private int port;

    private Api api;
    private String name;
    private String email;
    private String token;

    @BeforeEach
    void register() {
        api = new Api(port);
        name = "ada-" + System.nanoTime();
        email = name + "@Example.com";
        token = api.post("/register", null, Map.of("username", name, "email", email, "password", "secret"))
                .ok()
                .path("access_token")
                .stringValue();
    }

    @Test
    void confirm_byTheLink_confirmsTheAddress(CapturedOutput output) {
        assertThat(isConfirmed()).isFalse();
        assertThat(api.post("/user/email/confirm", token, Map.of()).ok().toString())
                .isEqualTo("{\"success\":true}");
        var link = link(output, "/email/confirm");

        assertThat(confirm(link).ok().toString()).isEqualTo("{\"success\":true}");

        assertThat(isConfirmed()).isTrue();
        confirm(link).ok();
    }

    @Test
    void askToConfirm_confirmedAlready_sendsNothing(CapturedOutput output) {
        api.post("/user/email/confirm", token, Map.of()).ok();
        confirm(link(output, "/email/confirm")).ok();
        var before = output.getAll().split(Pattern.quote("/email/confirm?token="), -1).length;

        api.post("/user/email/confirm", token, Map.of()).ok();

        assertThat(output.getAll().split(Pattern.quote("/email/confirm?token="), -1))
                .hasSize(before);
    }

    @Test
    void askToConfirm_withoutAddressOrToken_isRefused() {
        var nobody = api.register("nobody");

        assertRefused(api.post("/user/email/confirm", nobody.token(), Map.of()), 400, "INVALID_REQUEST", "email");
        assertRefused(api.post("/user/email/confirm", null, Map.of()), 401, "NOT_AUTHENTICATED");
    }

    @Test
    void confirm_otherTokens_areRefused(CapturedOutput output) {
        forgot(email).ok();
        var reset = link(output, "/password/reset");

        for (var bad : new String[] {"", "x", "a.b.c", token, reset}) {
            assertRefused(confirm(bad), 400, "INVALID_REQUEST", "token");
        }
        assertRefused(api.get("/email/confirm", null), 400, "INVALID_REQUEST", "token");
        assertThat(isConfirmed()).isFalse();
    }

    @Test
    void reset_byTheLink_setsThePasswordOnceAndEndsAllSessions(CapturedOutput output) {
        assertThat(forgot(email.toUpperCase(Locale.ROOT)).ok().toString()).isEqualTo("{\"success\":true}");
        var link = link(output, "/password/reset");
        try (var socket = EventClient.live(port, token)) {
            reset(link, "better").ok();

            assertThat(socket.awaitClosed().code()).isEqualTo(4401);
        }
        assertRefused(api.get("/user/me", token), 401, "NOT_AUTHENTICATED");
        assertRefused(logIn("secret"), 400, "WRONG_CREDENTIALS");
        logIn("better").ok();
        assertRefused(reset(link, "again"), 400, "INVALID_REQUEST", "token");
        logIn("better").ok();
    }

    @Test
    void reset_passwordChangedMeanwhile_isRefused(CapturedOutput output) {
        forgot(email).ok();
        var link = link(output, "/password/reset");
        var passwords = Map.of("old_password", "secret", "new_password", "changed");
        api.call("PATCH", "/user/password", token, passwords, Map.of()).ok();

        assertRefused(reset(link, "better"), 400, "INVALID_REQUEST", "token");

        logIn("changed").ok();
    }

    @Test
    void reset_unusable_isRefused(CapturedOutput output) {
        forgot(email).ok();
        var link = link(output, "/password/reset");

        assertRefused(reset(link, "abc"), 400, "INVALID_REQUEST", "new_password");
        for (var bad : new String[] {"", "x", token}) {
            assertRefused(reset(bad, "better"), 400, "INVALID_REQUEST", "token");
        }
        assertRefused(api.get("/user/me", link), 401, "NOT_AUTHENTICATED");
        logIn("secret").ok();
        reset(link, "better").ok();
    }

    @Test
    void forgot_unknownAddress_isAnsweredAlikeAndSendsNothing(CapturedOutput output) {
        var unknown = "nobody-" + System.nanoTime() + "@example.com";

        assertThat(forgot(unknown).ok()).isEqualTo(forgot(email).ok());

        assertThat(output.getAll()).contains(email).doesNotContain(unknown);
        assertRefused(forgot("no address"), 400, "INVALID_REQUEST", "email");
        assertRefused(api.post("/password/forgot", null, Map.of()), 400, "INVALID_REQUEST", "email");
    }

    @Test
    void health_withoutAMailServer_isUp() {
        assertThat(api.get("/actuator/health", null).ok().path("status").stringValue())
                .isEqualTo("UP");
    }

    /// The token in the newest link to this address.
    private String link(CapturedOutput output, String path) {
        var letters = Pattern.compile(
                        Pattern.quote(email) + ":.*?" + Pattern.quote("http://localhost:8080" + path)
                                + "\\?token=(\\S+)",
                        Pattern.DOTALL)
                .matcher(output.getAll());
        var found = "";
        while (letters.find()) {
            found = letters.group(1);
        }
        assertThat(found).isNotEmpty();
        return found;
    }

    private boolean isConfirmed() {
        return api.get("/user/me", token).ok().path("email_confirmed").booleanValue();
    }

    private Answer confirm(String link) {
        return api.get("/email/confirm?token=" + link, null);
    }

    private Answer forgot(String address) {
        return api.post("/password/forgot", null, Map.of("email", address));
    }

    private Answer reset(String link, String password) {
        return api.post("/password/reset", null, Map.of("token", link, "new_password", password));
    }

    private Answer logIn(String password) {
        return api.post("/login", null, Map.of("usernameOrEmail", name, "password", password));
    }
}
