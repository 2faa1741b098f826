package koine.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.Keys;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import koine.testing.Api;
import koine.testing.Api.User;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.json.JsonMapper;

/// Who is let in to the event socket, and how the others are refused.
@KoineTest
class EventSocketAccessTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @LocalServerPort
    private int port;

    @Autowired
    private DatabaseClient database;

    private Api api;
    private User ann;

    @BeforeEach
    void somebody() {
        api = new Api(port);
        ann = api.register("ann");
    }

    @Test
    void open_bearerHeader_greetsTheAccount() {
        try (var client = EventClient.open(port, ann.token())) {
            assertGreets(client);
            assertThat(client.subProtocol()).isEmpty();
        }
    }

    @Test
    void open_bearerHeaderInOtherCase_greetsTheAccount() {
        try (var client = EventClient.open(port, "/ws", Map.of("authorization", "bearer " + ann.token()), List.of())) {
            assertGreets(client);
        }
    }

    @Test
    void open_subProtocols_greetsTheAccountAndChoosesOurs() {
        try (var client = EventClient.open(port, "/ws", Map.of(), List.of("koine.v1", "bearer." + ann.token()))) {
            assertGreets(client);
            assertThat(client.subProtocol()).isEqualTo("koine.v1");
        }
    }

    @Test
    void open_subProtocolsInOtherOrder_neverRepeatsTheToken() {
        try (var client = EventClient.open(port, "/ws", Map.of(), List.of("bearer." + ann.token(), "koine.v1"))) {
            assertGreets(client);
            assertThat(client.subProtocol()).isEqualTo("koine.v1");
        }
    }

    @Test
    void open_subProtocolWithBearerHeader_choosesIt() {
        var header = Map.of("Authorization", "Bearer " + ann.token());
        try (var client = EventClient.open(port, "/ws", header, List.of("koine.v1"))) {
            assertGreets(client);
            assertThat(client.subProtocol()).isEqualTo("koine.v1");
        }
    }

    @Test
    void open_ticket_greetsTheAccountOnce() {
        var ticket = ticket();

        try (var client = EventClient.open(port, "/ws?ticket=" + ticket, Map.of(), List.of())) {
            assertGreets(client);
        }

        assertRefused("/ws?ticket=" + ticket, Map.of());
    }

    @Test
    void ticket_answer_saysHowLongItIsGood() {
        var answer = api.post("/ws/ticket", ann.token(), Map.of()).ok();

        assertThat(answer.path("expires_in").longValue()).isEqualTo(30);
        assertThat(answer.path("ticket").stringValue()).hasSizeGreaterThan(20);
    }

    @Test
    void ticket_withoutToken_isRefused() {
        var answer = api.post("/ws/ticket", null, Map.of());

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.code()).isEqualTo("NOT_AUTHENTICATED");
    }

    @Test
    void open_expiredTicket_isRefused() {
        var ticket = ticket();
        database.sql("update socket_ticket set expires_at = now() - interval '1 second' where account_id = $1")
                .bind("$1", ann.id())
                .then()
                .block(PATIENCE);

        assertRefused("/ws?ticket=" + ticket, Map.of());
    }

    @Test
    void open_nothingShown_isRefused() {
        assertRefused("/ws", Map.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer garbage", "Bearer a.b.c", "Bearer ", "Bearer", "Basic YW5uOnNlY3JldA=="})
    void open_garbageInTheHeader_isRefused(String header) {
        assertRefused("/ws", Map.of("Authorization", header));
    }

    @ParameterizedTest
    @ValueSource(strings = {"koine.v1, bearer.garbage", "koine.v1, bearer.", "koine.v1"})
    void open_garbageInTheSubProtocols_isRefused(String protocols) {
        assertRefused("/ws", Map.of("Sec-WebSocket-Protocol", protocols));
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "", "%00", "%ff"})
    void open_garbageAsTicket_isRefused(String ticket) {
        assertRefused("/ws?ticket=" + ticket, Map.of());
    }

    @Test
    void open_tokenChanged_isRefused() {
        var payload = ann.token().indexOf('.') + 3;
        var changed = ann.token().substring(0, payload)
                + (ann.token().charAt(payload) == 'A' ? 'B' : 'A')
                + ann.token().substring(payload + 1);

        assertRefused("/ws", Map.of("Authorization", "Bearer " + changed));
    }

    @Test
    void open_expiredToken_isRefused() {
        try (var client = EventClient.open(port, signed(Duration.ofMinutes(1)))) {
            assertGreets(client);
        }

        assertRefused("/ws", Map.of("Authorization", "Bearer " + signed(Duration.ofMinutes(-1))));
    }

    /// An access token in a URL would end up in the logs of whatever stands between.
    @ParameterizedTest
    @ValueSource(strings = {"token", "access_token", "bearer", "authorization", "Authorization", "ticket", "jwt"})
    void open_accessTokenInTheQuery_isRefused(String parameter) {
        assertRefused("/ws?" + parameter + "=" + ann.token(), Map.of());
    }

    @Test
    void open_goodTicketButBadToken_isRefused() {
        assertRefused("/ws?ticket=" + ticket(), Map.of("Authorization", "Bearer garbage"));
    }

    @Test
    void get_withoutUpgrade_isAnErrorInTheUsualShape() {
        var answer = api.get("/ws", ann.token());

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("INVALID_REQUEST");
        assertThat(answer.body().path("status_code").intValue()).isEqualTo(400);
    }

    @Test
    void get_withoutUpgradeOrToken_isRefused() {
        var answer = api.get("/ws", null);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.code()).isEqualTo("NOT_AUTHENTICATED");
        assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    }

    @Test
    void post_theSocketsPath_isNotAllowed() {
        var answer = api.post("/ws", ann.token(), Map.of());

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.code()).isEqualTo("METHOD_NOT_ALLOWED");
    }

    @Test
    void open_twice_areTwoSocketsOfOneSession() {
        try (var one = EventClient.open(port, ann.token());
                var other = EventClient.open(port, ann.token())) {
            assertThat(one.await("hello").path("session_id"))
                    .isEqualTo(other.await("hello").path("session_id"));
        }
    }

    @Test
    void hello_tellsWhoAndWhatTheLimitsAre() {
        try (var client = EventClient.open(port, ann.token())) {
            var hello = client.next();

            assertThat(hello.path("type").stringValue()).isEqualTo("hello");
            assertThat(hello.path("session_id").stringValue()).isEqualTo(claim(ann.token(), "sid"));
            assertThat(hello.path("user").path("id").longValue()).isEqualTo(ann.id());
            assertThat(hello.path("user").path("username").stringValue()).isEqualTo(ann.username());
            assertThat(hello.path("cursor").stringValue()).matches("[0-9a-f]+-[0-9]+");
            assertThat(hello.path("heartbeat_s").intValue()).isEqualTo(15);
            assertThat(hello.path("limits").path("frame_bytes").intValue()).isEqualTo(65_536);
            assertThat(hello.path("limits").path("message_length").intValue()).isEqualTo(2_047);
            assertThat(hello.propertyNames())
                    .containsExactlyInAnyOrder("type", "session_id", "user", "cursor", "heartbeat_s", "limits");
        }
    }

    private void assertGreets(EventClient client) {
        assertThat(client.next().path("user").path("id").longValue()).isEqualTo(ann.id());
    }

    private void assertRefused(String path, Map<String, String> headers) {
        try (var refused = RawSocket.ask(port, path, headers)) {
            var answer = refused.answer();
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.code()).isEqualTo("NOT_AUTHENTICATED");
            assertThat(answer.body().path("status_code").intValue()).isEqualTo(401);
            assertThat(answer.head()).containsIgnoringCase("WWW-Authenticate: Bearer");
        }
    }

    private String ticket() {
        return api.post("/ws/ticket", ann.token(), Map.of()).ok().path("ticket").stringValue();
    }

    /// A token as the service makes them, good for the given time from now.
    private String signed(Duration good) {
        return Objects.requireNonNull(database.sql(
                        "select kid, secret from signing_key order by created_at desc limit 1")
                .map(row -> Jwts.builder()
                        .header()
                        .keyId(row.get("kid", String.class))
                        .and()
                        .issuer("koine")
                        .audience()
                        .add("koine/api")
                        .and()
                        .subject(Long.toString(ann.id()))
                        .claim("sid", claim(ann.token(), "sid"))
                        .expiration(Date.from(Instant.now().plus(good)))
                        .signWith(
                                Keys.hmacShaKeyFor(bytes(Objects.requireNonNull(row.get("secret", ByteBuffer.class)))),
                                Jwts.SIG.HS256)
                        .compact())
                .one()
                .block(PATIENCE));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        var bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static String claim(String token, String name) {
        var payload = Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]);
        return JsonMapper.shared()
                .readTree(new String(payload, StandardCharsets.UTF_8))
                .path(name)
                .stringValue();
    }
}
