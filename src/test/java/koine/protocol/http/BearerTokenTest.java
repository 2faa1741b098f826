package koine.protocol.http;

import static koine.protocol.http.Errors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import koine.testing.Api;
import koine.testing.KoineTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.json.JsonMapper;

/// Which bearer tokens are let in. Tokens are forged by hand with the service's real key, so that exactly one
/// thing is wrong with each.
@KoineTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BearerTokenTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    @LocalServerPort
    private int port;

    @Autowired
    private DatabaseClient database;

    private Api api;
    private Api.User user;
    private Key key;

    private record Key(String kid, SecretKeySpec secret) {}

    @BeforeAll
    void signSomebodyIn() {
        api = new Api(port);
        user = api.register("bearer");
        key = Objects.requireNonNull(database.sql("select kid, secret from signing_key order by created_at desc")
                .map(row -> new Key(
                        Objects.requireNonNull(row.get("kid", String.class)),
                        secret(Objects.requireNonNull(row.get("secret", ByteBuffer.class)))))
                .first()
                .block());
    }

    /// Shows that the forger's craft is good: what the other tests refuse is refused for its one fault.
    @Test
    void get_tokenForgedWithNothingWrong_isLetIn() {
        assertThat(api.get("/user/me", forge(header(), claims()))
                        .ok()
                        .path("username")
                        .stringValue())
                .isEqualTo(user.username());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badTokens")
    void get_badToken_isNotAuthenticated(String fault, String token) {
        var answer = api.get("/user/me", token);

        assertRefused(answer, 401, "NOT_AUTHENTICATED");
        assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    }

    Stream<Arguments> badTokens() {
        var good = user.token();
        var signed = good.substring(0, good.lastIndexOf('.'));
        return Stream.of(
                Arguments.of("garbage", "garbage"),
                Arguments.of("three parts of garbage", "a.b.c"),
                Arguments.of("four parts", good + ".x"),
                Arguments.of("five parts", "a.b.c.d.e"),
                Arguments.of("only dots", ".."),
                Arguments.of("a very long one", "x".repeat(4_000)),
                Arguments.of("signature cut off", signed + "."),
                Arguments.of("signature left out", signed),
                Arguments.of("signature of another token", signed + "." + last(forge(header(), without("sid")))),
                Arguments.of("header no JSON", encode("no json") + good.substring(good.indexOf('.'))),
                Arguments.of("expired", forge(header(), claimsWith("exp", now() - 60))),
                Arguments.of("without expiry", forge(header(), without("exp"))),
                Arguments.of("not yet valid", forge(header(), claimsWith("nbf", now() + 600))),
                Arguments.of("other issuer", forge(header(), claimsWith("iss", "somebody"))),
                Arguments.of("without issuer", forge(header(), without("iss"))),
                Arguments.of("other audience", forge(header(), claimsWith("aud", List.of("koine/cookie")))),
                Arguments.of("without audience", forge(header(), without("aud"))),
                Arguments.of("without subject", forge(header(), without("sub"))),
                Arguments.of("subject no number", forge(header(), claimsWith("sub", "admin"))),
                Arguments.of("without session", forge(header(), without("sid"))),
                Arguments.of("session no text", forge(header(), claimsWith("sid", Map.of()))),
                Arguments.of("claims an array", forge(header(), "[]")),
                Arguments.of(
                        "other key",
                        sign(header(), claims(), "HmacSHA256", new SecretKeySpec(new byte[32], "HmacSHA256"))),
                Arguments.of("unknown kid", forge(headerWith("kid", "0000000000000000"), claims())),
                Arguments.of("kid of no form", forge(headerWith("kid", "../../dev/null"), claims())),
                Arguments.of("compressed", forge(headerWith("zip", "DEF"), claims())),
                Arguments.of("missing kid", forge(headerWith("kid", null), claims())),
                Arguments.of("kid a number", forge(headerWith("kid", 1), claims())),
                Arguments.of("alg none, unsigned", encode(headerWith("alg", "none")) + "." + encode(claims()) + "."),
                Arguments.of("alg none, signed", forge(headerWith("alg", "none"), claims())),
                Arguments.of("alg HS512", sign(headerWith("alg", "HS512"), claims(), "HmacSHA512", key.secret())),
                Arguments.of("alg HS384", sign(headerWith("alg", "HS384"), claims(), "HmacSHA384", key.secret())),
                Arguments.of("alg RS256", forge(headerWith("alg", "RS256"), claims())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic dXNlcjpwYXNz", "Bearer", "Bearer ", "Token x", "Bearerx"})
    void get_noBearerToken_isNotAuthenticated(String header) {
        var answer = api.call("GET", "/user/me", null, null, Map.of("Authorization", header));

        assertRefused(answer, 401, "NOT_AUTHENTICATED");
        assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /user/me",
                "GET /user/chats",
                "PATCH /user/bio",
                "PATCH /user/password",
                "GET /user/sessions",
                "DELETE /user/sessions/1",
                "POST /logout",
                "POST /chat/private/create",
                "POST /chat/group/create",
                "POST /chat/1/message",
                "GET /chat/1/messages",
                "GET /chat/1",
                "DELETE /message/1",
                "POST /ws/ticket",
                "GET /no/such/path"
            })
    void anyCall_withoutToken_isNotAuthenticated(String call) {
        var method = call.substring(0, call.indexOf(' '));

        var answer = api.call(method, call.substring(call.indexOf(' ') + 1), null, null, Map.of());

        assertRefused(answer, 401, "NOT_AUTHENTICATED");
        assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    }

    @Test
    void get_schemeInOtherCase_isLetIn() {
        api.call("GET", "/user/me", null, null, Map.of("Authorization", "bEARER " + user.token()))
                .ok();
    }

    @Test
    void get_tokenInTheQuery_isNotAuthenticated() {
        assertRefused(api.get("/user/me?access_token=" + user.token(), null), 401, "NOT_AUTHENTICATED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer garbage", "Bearer", "Basic eDp5", "expired"})
    void publicPath_staleAuthorization_isIgnored(String header) {
        var stale = header.equals("expired") ? "Bearer " + forge(header(), claimsWith("exp", now() - 60)) : header;
        var body = Map.of("usernameOrEmail", user.username(), "password", "secret");

        api.call("POST", "/login", null, body, Map.of("Authorization", stale)).ok();
        api.call("GET", "/actuator/health", null, null, Map.of("Authorization", stale))
                .ok();
    }

    @Test
    void register_staleAuthorization_isIgnored() {
        var body = Map.of("username", "stale-" + System.nanoTime(), "password", "secret");

        api.call("POST", "/register", "garbage", body, Map.of()).ok();
    }

    @Test
    void ticket_forSomebodySignedIn_isGoodFor30Seconds() {
        var body = api.call("POST", "/ws/ticket", user.token(), null, Map.of()).ok();

        assertThat(body.propertyNames()).containsExactly("ticket", "expires_in");
        assertThat(body.path("ticket").stringValue()).isNotBlank();
        assertThat(body.path("expires_in").isIntegralNumber()).isTrue();
        assertThat(body.path("expires_in").longValue()).isEqualTo(30);
    }

    private Map<String, Object> header() {
        return new HashMap<>(Map.of("alg", "HS256", "typ", "JWT", "kid", key.kid()));
    }

    private Map<String, Object> headerWith(String name, @Nullable Object value) {
        return with(header(), name, value);
    }

    private Map<String, Object> claims() {
        var payload = user.token().split("\\.", -1)[1];
        var json = new String(Base64.getUrlDecoder().decode(payload), StandardCharsets.UTF_8);
        var claims = new HashMap<String, Object>();
        JSON.readTree(json).forEachEntry((name, value) -> claims.put(name, value));
        return claims;
    }

    private Map<String, Object> claimsWith(String name, Object value) {
        return with(claims(), name, value);
    }

    private Map<String, Object> without(String name) {
        var claims = claims();
        assertThat(claims).containsKey(name);
        return with(claims, name, null);
    }

    private static Map<String, Object> with(Map<String, Object> values, String name, @Nullable Object value) {
        if (value == null) {
            values.remove(name);
        } else {
            values.put(name, value);
        }
        return values;
    }

    private String forge(Object header, Object claims) {
        return sign(header, claims, "HmacSHA256", key.secret());
    }

    private static String sign(Object header, Object claims, String algorithm, SecretKeySpec secret) {
        var content = encode(header) + "." + encode(claims);
        try {
            var mac = Mac.getInstance(algorithm);
            mac.init(secret);
            return content + "." + encode(mac.doFinal(content.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encode(Object part) {
        var text = part instanceof String already ? already : JSON.writeValueAsString(part);
        return encode(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String last(String token) {
        return token.substring(token.lastIndexOf('.') + 1);
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }

    private static SecretKeySpec secret(ByteBuffer buffer) {
        var bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return new SecretKeySpec(bytes, "HmacSHA256");
    }
}
