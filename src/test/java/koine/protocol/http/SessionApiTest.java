package koine.protocol.http;

import static koine.protocol.http.Errors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import koine.testing.Api;
import koine.testing.Api.Answer;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.JsonNode;

/// Signed-in devices: how they are renewed, listed and ended.
@KoineTest
class SessionApiTest {

    @LocalServerPort
    private int port;

    @Autowired
    private BeanFactory service;

    @Autowired
    private DatabaseClient database;

    private Api api;
    private String name;
    private JsonNode phone;

    @BeforeEach
    void register() {
        api = new Api(port);
        name = "ada-" + System.nanoTime();
        var body = Map.of("username", name, "password", "secret", "device", "phone");
        phone = api.post("/register", null, body).ok();
    }

    @Test
    void register_answersAPairOfTokens() {
        assertThat(phone.propertyNames()).containsExactly("access_token", "token_type", "refresh_token", "expires_in");
        assertThat(phone.path("token_type").stringValue()).isEqualTo("bearer");
        assertThat(phone.path("expires_in").longValue()).isEqualTo(900);
        assertThat(login("desk").propertyNames()).isEqualTo(phone.propertyNames());
    }

    @Test
    void refresh_newestToken_givesTheNextPairOfTheSameSession() {
        var next = refresh(phone).ok();

        assertThat(next.propertyNames()).isEqualTo(phone.propertyNames());
        assertThat(refreshToken(next)).isNotEqualTo(refreshToken(phone));
        assertThat(current(next)).isEqualTo(current(phone));
        assertThat(refresh(next).status()).isEqualTo(200);
    }

    @Test
    void refresh_keepsHashesOnly() {
        var secrets = refreshToken(phone).split("\\.", -1);

        assertThat(secrets).hasSize(3);
        for (var secret : List.of(secrets[1], secrets[2])) {
            assertThat(count("select count(*) from session s where s::text like '%" + secret + "%'"))
                    .isZero();
        }
        assertThat(count(
                        "select count(*) from session where octet_length(secret_hash) = 32 and id = " + current(phone)))
                .isEqualTo(1);
    }

    @Test
    void refresh_spentToken_endsTheWholeSession() {
        var second = refresh(phone).ok();
        var third = refresh(second).ok();
        try (var socket = EventClient.live(port, accessToken(third))) {
            assertRefused(refresh(phone), 401, "NOT_AUTHENTICATED");

            assertThat(socket.awaitClosed().code()).isEqualTo(4401);
        }
        assertRefused(refresh(third), 401, "NOT_AUTHENTICATED");
        assertSignedOut(third);
        assertSignedOut(phone);
    }

    @Test
    void refresh_sameTokenByManyAtOnce_oneGetsItAndTheSessionEnds() {
        var statuses = IntStream.range(0, 6)
                .parallel()
                .map(_ -> refresh(phone).status())
                .sorted()
                .boxed()
                .toList();

        assertThat(statuses).containsExactly(200, 401, 401, 401, 401, 401);
        assertSignedOut(phone);
    }

    @Test
    void refresh_sessionThatWasIdleForTooLong_isNotAuthenticatedAndEnds() {
        var session = current(phone);
        database.sql("update session set last_seen_at = now() - interval '30 days 1 minute' where id = " + session)
                .then()
                .block();

        assertRefused(refresh(phone), 401, "NOT_AUTHENTICATED");

        assertThat(count("select count(*) from session where id = " + session)).isZero();
    }

    /// Who knows a session's number, or a part of its token, can neither renew nor end it.
    @Test
    void refresh_guessedToken_endsNothing() {
        var parts = refreshToken(phone).split("\\.", -1);
        var other = refreshToken(login("desk")).split("\\.", -1);

        assertRefused(refresh(parts[0] + "." + other[1] + "." + parts[2]), 401, "NOT_AUTHENTICATED");
        assertRefused(refresh(other[0] + "." + parts[1] + "." + parts[2]), 401, "NOT_AUTHENTICATED");

        assertThat(refresh(phone).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1.2.3", "\u0000", "'; drop table session; --"})
    void refresh_whatIsNoToken_isNotAuthenticated(String token) {
        assertRefused(refresh(token), 401, "NOT_AUTHENTICATED");
    }

    @Test
    void refresh_accessToken_isNotAuthenticated() {
        assertRefused(refresh(accessToken(phone)), 401, "NOT_AUTHENTICATED");
    }

    @Test
    void refresh_withoutToken_isInvalid() {
        assertRefused(api.post("/token/refresh", null, Map.of()), 400, "INVALID_REQUEST", "refresh_token");
    }

    @Test
    void logout_endsThisSessionAndNoOther() {
        var desk = login("desk");
        var ticket = api.post("/ws/ticket", accessToken(phone), Map.of())
                .ok()
                .path("ticket")
                .stringValue();
        try (var socket = EventClient.live(port, accessToken(phone));
                var other = EventClient.live(port, accessToken(desk))) {
            var start = System.nanoTime();

            assertThat(call("POST", "/logout", phone).ok().toString()).isEqualTo("{\"success\":true}");

            assertThat(socket.awaitClosed().code()).isEqualTo(4401);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
            assertThat(other.untilPong()).isEmpty();
        }
        assertSignedOut(phone);
        assertRefused(refresh(phone), 401, "NOT_AUTHENTICATED");
        assertThat(handshake("/ws?ticket=" + ticket, Map.of())).isEqualTo(401);
        assertThat(handshake("/ws", Map.of("Authorization", "Bearer " + accessToken(phone))))
                .isEqualTo(401);
        assertRefused(call("POST", "/logout", phone), 401, "NOT_AUTHENTICATED");
        assertThat(call("GET", "/user/me", desk).status()).isEqualTo(200);
    }

    @Test
    void sessions_areOnesOwnWithTheCurrentOneMarked() {
        var desk = login("desk");
        new People(service).one("somebody");

        var sessions = call("GET", "/user/sessions", desk).ok().path("sessions");

        assertThat(sessions.size()).isEqualTo(2);
        var newest = sessions.path(0);
        assertThat(newest.propertyNames())
                .containsExactly("id", "device", "address", "created_at", "last_seen_at", "current");
        assertThat(newest.path("device").stringValue()).isEqualTo("desk");
        assertThat(newest.path("current").booleanValue()).isTrue();
        assertThat(newest.path("address").stringValue()).isIn("127.0.0.1", "0:0:0:0:0:0:0:1");
        assertThat(sessions.path(1).path("device").stringValue()).isEqualTo("phone");
        assertThat(sessions.path(1).path("current").booleanValue()).isFalse();
    }

    @Test
    void sessions_inUse_showSo() {
        var desk = login("desk");
        var session = current(phone);
        database.sql("update session set last_seen_at = now() - interval '1 day' where id = " + session)
                .then()
                .block();

        try (var socket = EventClient.open(port, accessToken(phone))) {
            socket.await("hello");
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> count("select count(*) from session where last_seen_at > now() - interval '1 minute'"
                                    + " and id = " + session)
                            == 1);
        }
        assertThat(call("GET", "/user/sessions", desk).ok().path("sessions").size())
                .isEqualTo(2);
    }

    @Test
    void end_anotherOfOnesOwn_signsItOut() {
        var desk = login("desk");
        try (var socket = EventClient.live(port, accessToken(phone))) {
            assertThat(call("DELETE", "/user/sessions/" + current(phone), desk)
                            .ok()
                            .toString())
                    .isEqualTo("{\"success\":true}");

            assertThat(socket.awaitClosed().code()).isEqualTo(4401);
        }
        assertSignedOut(phone);
        assertThat(call("GET", "/user/me", desk).status()).isEqualTo(200);
    }

    @Test
    void end_somebodyElses_isNotFoundAndEndsNothing() {
        var intruder = new People(service).one("eve");
        var session = current(phone);

        assertRefused(
                api.call("DELETE", "/user/sessions/" + session, intruder.token(), null, Map.of()), 404, "NOT_FOUND");
        assertRefused(
                api.call("DELETE", "/user/sessions/999999999", intruder.token(), null, Map.of()), 404, "NOT_FOUND");

        assertThat(call("GET", "/user/me", phone).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "x", "1.0"})
    void end_whatIsNoId_isInvalid(String id) {
        assertRefused(call("DELETE", "/user/sessions/" + id, phone), 400, "INVALID_REQUEST", "id");
    }

    @Test
    void changePassword_endsAllOtherSessions() {
        var desk = login("desk");
        try (var socket = EventClient.live(port, accessToken(phone));
                var own = EventClient.live(port, accessToken(desk))) {
            changePassword(desk, Map.of("old_password", "secret", "new_password", "better"))
                    .ok();

            assertThat(socket.awaitClosed().code()).isEqualTo(4401);
            assertThat(own.untilPong()).isEmpty();
        }
        assertSignedOut(phone);
        assertThat(refresh(desk).status()).isEqualTo(200);
        assertRefused(logIn("secret"), 400, "WRONG_CREDENTIALS");
        logIn("better").ok();
    }

    @Test
    void changePassword_refused_changesAndEndsNothing() {
        var desk = login("desk");

        assertRefused(
                changePassword(desk, Map.of("old_password", "wrong", "new_password", "better")),
                400,
                "WRONG_CREDENTIALS");
        assertRefused(
                changePassword(desk, Map.of("old_password", "secret", "new_password", "abc")),
                400,
                "INVALID_REQUEST",
                "new_password");
        assertRefused(changePassword(desk, Map.of("new_password", "better")), 400, "INVALID_REQUEST", "old_password");

        assertThat(call("GET", "/user/me", phone).status()).isEqualTo(200);
        logIn("secret").ok();
    }

    /// The signal that it ended was lost.
    @Test
    void open_sessionThatIsGone_isClosedAllTheSame() {
        try (var socket = EventClient.open(port, accessToken(phone))) {
            socket.await("hello");
            var session = current(phone);
            database.sql("delete from session where id = " + session).then().block();

            try (var second = EventClient.open(port, accessToken(phone))) {
                assertThat(second.awaitClosed().code()).isEqualTo(4401);
            }
        }
    }

    private JsonNode login(String device) {
        var body = Map.of("usernameOrEmail", name, "password", "secret", "device", device);
        return api.post("/login", null, body).ok();
    }

    private Answer logIn(String password) {
        return api.post("/login", null, Map.of("usernameOrEmail", name, "password", password));
    }

    private Answer refresh(JsonNode pair) {
        return refresh(refreshToken(pair));
    }

    private Answer refresh(String token) {
        return api.post("/token/refresh", null, Map.of("refresh_token", token));
    }

    private Answer changePassword(JsonNode pair, Map<String, String> body) {
        return api.call("PATCH", "/user/password", accessToken(pair), body, Map.of());
    }

    private Answer call(String method, String path, JsonNode pair) {
        return api.call(method, path, accessToken(pair), null, Map.of());
    }

    private int handshake(String path, Map<String, String> headers) {
        return EventClient.refusedStatus(() -> EventClient.open(port, path, headers, List.of()));
    }

    private void assertSignedOut(JsonNode pair) {
        assertRefused(call("GET", "/user/me", pair), 401, "NOT_AUTHENTICATED");
    }

    private long current(JsonNode pair) {
        for (var session : call("GET", "/user/sessions", pair).ok().path("sessions")) {
            if (session.path("current").booleanValue()) {
                return session.path("id").longValue();
            }
        }
        throw new AssertionError("no session is the current one");
    }

    private static String accessToken(JsonNode pair) {
        return pair.path("access_token").stringValue();
    }

    private static String refreshToken(JsonNode pair) {
        return pair.path("refresh_token").stringValue();
    }

    private long count(String sql) {
        return database.sql(sql).mapValue(Long.class).one().blockOptional().orElseThrow();
    }
}
