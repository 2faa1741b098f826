package koine.protocol.matcha;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import koine.testing.Api;
import koine.testing.Api.Answer;
import koine.testing.Api.User;
import koine.testing.KoineTest;
import koine.testing.People;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.JsonNode;

/// The HTTP calls, by token and by cookie.
@KoineTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MatchaApiTest {

    private static final String NO_TOKEN = "{\"message\":\"this call needs a bearer token\"}";

    @LocalServerPort
    private int port;

    @Autowired
    private ApplicationContext service;

    @Autowired
    private DatabaseClient database;

    private Api api = new Api(0);
    private User registered = new User(0, "", "");
    private User ann = new User(0, "", "");
    private User ben = new User(0, "", "");
    private User eve = new User(0, "", "");

    @BeforeAll
    void aPassword() {
        api = new Api(port);
        registered = new People(service).oneWithPassword("kek");
    }

    @BeforeEach
    void people() {
        var people = new People(service).many("api", 3);
        ann = people.get(0);
        ben = people.get(1);
        eve = people.get(2);
    }

    @Test
    void signIn_byLoginOrEmail_answersATokenAndACookie() {
        var email = email(registered, "kek");

        for (var login : List.of(registered.username(), email)) {
            var answer = signIn(login, "secret");

            var body = answer.ok();
            assertThat(body.propertyNames())
                    .containsExactly("message", "user_id", "login", "access_token", "refresh_token", "expires_in");
            assertThat(body.path("message").stringValue()).isEqualTo("ok");
            assertThat(body.path("user_id").longValue()).isEqualTo(registered.id());
            assertThat(body.path("login").stringValue()).isEqualTo(registered.username());
            assertThat(setCookie(answer))
                    .startsWith("koine_session=")
                    .contains("; Max-Age=2592000;", "; Path=/;", "; HTTPOnly", "; SameSite=Strict")
                    .doesNotContain("Secure");
            assertThat(api.get("/api/chats", body.path("access_token").stringValue())
                            .status())
                    .isEqualTo(200);
            assertThat(get("/api/chats", cookie(answer)).status()).isEqualTo(200);
        }
    }

    @Test
    void signIn_overTls_makesASecureCookie() {
        var answer = api.call(
                "POST",
                "/api/signin",
                null,
                Map.of("login", registered.username(), "password", "secret"),
                Map.of("X-Forwarded-Proto", "https"));

        assertThat(setCookie(answer)).contains("; Secure");
    }

    @ParameterizedTest
    @CsvSource({"wrong, wrong", "'', ''", "nobody-at-all, secret"})
    void signIn_wrongCredentials_is401(String login, String password) {
        var answer = signIn(login, password);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.body()).hasToString("{\"message\":\"wrong login or password\"}");
        assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void logout_withTheCookie_endsTheSessionEverywhereAndClearsIt() {
        var answer = signIn(registered.username(), "secret");
        var cookie = cookie(answer);
        try (var socket =
                Matcha.open(port, Matcha.Address.COMMON, "", Map.of("Cookie", cookie, "Origin", origin()), "")) {
            socket.assertDone("connect_logged_user", registered.id());

            var done = api.call("DELETE", "/api/logout", null, null, Map.of("Cookie", cookie, "Origin", origin()));

            assertThat(done.ok()).hasToString("{\"message\":\"ok\"}");
            assertThat(setCookie(done)).startsWith("koine_session=; Max-Age=0;");
            socket.assertDisconnected(4401);
        }
        assertThat(get("/api/chats", cookie).status()).isEqualTo(401);
        assertThat(api.get("/api/chats", answer.body().path("access_token").stringValue())
                        .status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "http://evil.example", "null", "https://localhost"})
    void logout_withTheCookieFromAnotherPage_is403AndChangesNothing(String origin) {
        var cookie = cookie(signIn(registered.username(), "secret"));
        var headers = origin.isEmpty() ? Map.of("Cookie", cookie) : Map.of("Cookie", cookie, "Origin", origin);

        var refused = api.call("DELETE", "/api/logout", null, null, headers);

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body()).hasToString("{\"message\":\"with a cookie, the origin must be this server's\"}");
        assertThat(get("/api/chats", cookie).status()).isEqualTo(200);
    }

    @Test
    void logout_withATokenFromAnyPage_isDone() {
        var headers = Map.of("Cookie", "koine_session=whatever", "Origin", "http://evil.example");

        api.call("DELETE", "/api/logout", ann.token(), null, headers).ok();

        assertThat(api.get("/api/chats", ann.token()).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @EnumSource
    void sockets_withTheCookieFromAnotherPage_areRefused(Matcha.Address address) {
        var cookie = cookie(signIn(registered.username(), "secret"));

        assertThat(Matcha.refusal(port, address, Map.of("Cookie", cookie))).isEqualTo(403);
        assertThat(Matcha.refusal(port, address, Map.of("Cookie", cookie, "Origin", "http://evil.example")))
                .isEqualTo(403);
    }

    @Test
    void sockets_withATokenInTheQuery_areTheTokensWhateverTheCookie() {
        var cookie = cookie(signIn(registered.username(), "secret"));
        var headers = Map.of("Cookie", cookie, "Origin", origin());

        try (var socket = Matcha.open(port, Matcha.Address.OWN, "&token=" + ann.token(), headers, "")) {
            socket.assertDone("connect_logged_user", ann.id());
        }
        try (var socket = Matcha.open(port, Matcha.Address.OWN, "&token=forged", headers, "")) {
            socket.assertRefused("not authenticated", "connect_logged_user", registered.id());
        }
    }

    @Test
    void cookie_atNativePaths_isNotLookedAt() {
        var cookie = cookie(signIn(registered.username(), "secret"));

        var answer = get("/user/me", cookie);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.code()).isEqualTo("NOT_AUTHENTICATED");
    }

    @Test
    void cookie_asAToken_isNotGoodNorATokenAsACookie() {
        var cookie = cookie(signIn(registered.username(), "secret"));

        assertThat(api.get("/api/chats", cookie.substring(cookie.indexOf('=') + 1))
                        .status())
                .isEqualTo(401);
        assertThat(get("/api/chats", "koine_session=" + ann.token()).status()).isEqualTo(401);
    }

    @Test
    void users_byId_showTheEmailToOneselfAndFriendsOnly() {
        email(ann, "ann");
        friends(ann, ben);

        var shown = "{\"user_id\":%d,\"login\":\"%s\",\"email\":%s}";
        var email = "\"ann-" + ann.id() + "@example.org\"";
        for (var user : List.of(ann, ben)) {
            assertThat(api.get("/api/users/" + ann.id(), user.token()).ok())
                    .hasToString(shown.formatted(ann.id(), ann.username(), email));
        }
        assertThat(api.get("/api/users/" + ann.id(), eve.token()).ok())
                .hasToString(shown.formatted(ann.id(), ann.username(), "null"));
    }

    @Test
    void users_unknown_are404() {
        var answer = api.get("/api/users/" + Long.MAX_VALUE / 10, ann.token());

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).hasToString("{\"message\":\"user not found\"}");
    }

    @Test
    void users_listed_comeByIdInPagesWithoutThoseBlocked() {
        email(ann, "ann");
        email(ben, "ben");
        email(eve, "eve");
        friends(ann, ben);
        var after = ann.id() - 1;

        var all = api.get("/api/users?limit=3&after=" + after, ann.token()).ok();
        assertThat(all.valueStream().map(MatchaApiTest::userId)).containsExactly(ann.id(), ben.id(), eve.id());
        assertThat(all.valueStream().map(user -> user.path("email").isNull())).containsExactly(false, false, true);
        assertThat(api.get("/api/users?limit=1&after=" + ann.id(), ann.token())
                        .ok()
                        .valueStream()
                        .map(MatchaApiTest::userId))
                .containsExactly(ben.id());

        api.post("/block", eve.token(), Map.of("user_id", ann.id())).ok();
        assertThat(api.get("/api/users?after=" + after, ann.token())
                        .ok()
                        .valueStream()
                        .map(MatchaApiTest::userId))
                .contains(ann.id(), ben.id())
                .doesNotContain(eve.id());
    }

    @Test
    void chats_listed_areNamedAfterTheOtherAndComeByLastActivity() {
        var withBen = api.privateChat(ann, ben);
        var group = api.post("/chat/group/create", ann.token(), Map.of("name", "kek", "with_ids", List.of(eve.id())))
                .ok()
                .path("id")
                .longValue();
        say(ann, withBen, "newest");

        assertThat(api.get("/api/chats", ann.token()).ok())
                .hasToString("[{\"chat_name\":\"%s\",\"chat_id\":%d},{\"chat_name\":\"kek\",\"chat_id\":%d}]"
                        .formatted(ben.username(), withBen, group));
        assertThat(api.get("/api/chats", eve.token()).ok())
                .hasToString("[{\"chat_name\":\"kek\",\"chat_id\":%d}]".formatted(group));
        assertThat(api.get("/api/chats/" + group, eve.token()).ok())
                .hasToString("{\"messages\":[],\"partner_id\":null}");
    }

    @Test
    void chat_opened_showsTheNewestMessagesInTheirOrder() {
        var chat = api.privateChat(ann, ben);
        IntStream.rangeClosed(1, 103).forEach(i -> say(i % 2 == 0 ? ann : ben, chat, "m" + i));

        var opened = api.get("/api/chats/" + chat, ann.token()).ok();

        assertThat(opened.propertyNames()).containsExactly("messages", "partner_id");
        assertThat(opened.path("partner_id").longValue()).isEqualTo(ben.id());
        var messages = opened.path("messages");
        assertThat(texts(messages))
                .isEqualTo(IntStream.rangeClosed(4, 103).mapToObj(i -> "m" + i).toList());
        var first = messages.path(0);
        assertThat(first.propertyNames()).containsExactly("creation_date", "text", "author", "message_id");
        assertThat(first.path("author").stringValue()).isEqualTo(ann.username());
        assertThat(first.path("creation_date").stringValue()).matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d");
        var older = api.get(
                        "/api/chats/" + chat + "?before="
                                + first.path("message_id").longValue(),
                        ben.token())
                .ok();
        assertThat(texts(older.path("messages"))).containsExactly("m1", "m2", "m3");
        assertThat(older.path("partner_id").longValue()).isEqualTo(ann.id());
    }

    @Test
    void chat_ofOthers_is404() {
        var answer = api.get("/api/chats/" + api.privateChat(ann, ben), eve.token());

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).hasToString("{\"message\":\"chat not found\"}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                POST   | /api/signin     | {            | application/json | 400 | the request is malformed
                POST   | /api/signin     | {"login":"x"} | application/json | 400 | password: is required
                POST   | /api/signin     | login=x      | text/plain       | 415 | the body must be application/json
                GET    | /api/signin     |              |                  | 405 | this path does not take this method
                GET    | /api/nothing    |              |                  | 404 | there is nothing at this path
                GET    | /api/users/x    |              |                  | 400 | user_id: must be a positive whole number
                GET    | /api/users?limit=x |           |                  | 400 | limit: must be a positive whole number
                """)
    void wrongCalls_areAnsweredInTheProtocolsShape(
            String method, String path, @Nullable String body, @Nullable String type, int status, String message) {
        var headers = type == null ? Map.<String, String>of() : Map.of("Content-Type", type);
        var answer = api.call(method, path, ann.token(), body, headers);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body()).hasToString("{\"message\":\"" + message + "\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/users", "/api/users/1", "/api/chats", "/api/chats/1", "/api/nothing"})
    void calls_withoutProof_are401(String path) {
        var answer = api.get(path, null);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.body()).hasToString(NO_TOKEN);
    }

    private Answer signIn(String login, String password) {
        return api.post("/api/signin", null, Map.of("login", login, "password", password));
    }

    private Answer get(String path, String cookie) {
        return api.call("GET", path, null, null, Map.of("Cookie", cookie));
    }

    private String origin() {
        return "http://localhost:" + port;
    }

    private static String setCookie(Answer answer) {
        return answer.headers().firstValue("Set-Cookie").orElse("none");
    }

    private static String cookie(Answer answer) {
        var cookie = setCookie(answer);
        return cookie.substring(0, cookie.indexOf(';'));
    }

    private String email(User user, String name) {
        var email = name + "-" + user.id() + "@example.org";
        database.sql("update account set email = $2, email_key = $2 where id = $1")
                .bind("$1", user.id())
                .bind("$2", email)
                .then()
                .block();
        return email;
    }

    private void friends(User one, User other) {
        api.post("/friend/request", one.token(), Map.of("user_id", other.id())).ok();
        api.post("/friend/accept", other.token(), Map.of("user_id", one.id())).ok();
    }

    private void say(User author, long chat, String contents) {
        api.post("/chat/" + chat + "/message", author.token(), Map.of("contents", contents))
                .ok();
    }

    private static List<String> texts(JsonNode messages) {
        return messages.valueStream()
                .map(each -> each.path("text").stringValue())
                .toList();
    }

    private static long userId(JsonNode user) {
        return user.path("user_id").longValue();
    }
}
