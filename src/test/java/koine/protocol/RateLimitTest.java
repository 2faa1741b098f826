package koine.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import koine.testing.Api;
import koine.testing.Api.Answer;
import koine.testing.Api.User;
import koine.testing.EventClient;
import koine.testing.LimitedTest;
import koine.testing.People;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.json.JsonMapper;

/// What is done too often is refused, in each protocol in its own words, and changes nothing.
@LimitedTest
class RateLimitTest {

    private static final AtomicInteger ADDRESSES = new AtomicInteger();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String PASSWORD = "correct horse";

    @Autowired
    private ApplicationContext service;

    @Autowired
    private DatabaseClient database;

    @LocalServerPort
    private int port;

    private Api api;
    private People people;

    /// Of nobody else.
    private String here;

    @BeforeEach
    void connect() {
        api = new Api(port);
        people = new People(service);
        here = freshAddress();
    }

    @Test
    void register_tooOftenFromOneAddress_isRefusedAndMakesNoAccount() {
        register("reg-1", here).ok();
        register("reg-2", here).ok();

        assertTooMany(register("reg-3", here), "registrations");

        register("reg-3", freshAddress()).ok();
    }

    @Test
    void login_wrongTooOften_waitsOnlyThereAndOnlyWithThatAccount() {
        var elsewhere = freshAddress();
        register("victim", elsewhere).ok();
        register("neighbour", elsewhere).ok();
        IntStream.range(0, 3)
                .forEach(_ -> assertThat(login("victim", "guess", here).code()).isEqualTo("WRONG_CREDENTIALS"));

        var refused = login("VICTIM", PASSWORD, here);

        assertTooMany(refused, "logins");
        assertThat(retryAfter(refused)).isBetween(590L, 600L);
        login("victim", PASSWORD, elsewhere).ok();
        login("neighbour", PASSWORD, here).ok();
        assertTooMany(login("victim", PASSWORD, here), "logins");
    }

    @Test
    void login_right_isForgottenAsAGuess() {
        register("clumsy", here).ok();
        for (int i = 0; i < 3; i++) {
            assertThat(login("clumsy", "guess", here).code()).isEqualTo("WRONG_CREDENTIALS");
            login("clumsy", PASSWORD, here).ok();
        }
    }

    @Test
    void login_wrongTooOftenFromOneAddress_holdsUpWhoIsNotKnownThere() {
        register("resident", here).ok();
        register("visitor", freshAddress()).ok();
        IntStream.range(0, 6).forEach(i -> login("nobody-" + i, "guess", here));

        assertTooMany(login("visitor", PASSWORD, here), "logins");

        login("resident", PASSWORD, here).ok();
    }

    @Test
    void login_ofMatcha_isRefusedInItsWords() {
        register("matcha", freshAddress()).ok();
        IntStream.range(0, 3).forEach(_ -> matchaLogin("guess"));

        var refused = matchaLogin(PASSWORD);

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.body().path("message").stringValue()).startsWith("too many logins; wait ");
        assertThat(retryAfter(refused)).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pymessage", "uchat"})
    void login_onASocket_isRefusedThereToo(String protocol) {
        register(protocol, freshAddress()).ok();
        try (var socket = EventClient.open(port, "/" + protocol, from(here), List.of())) {
            IntStream.range(0, 3)
                    .forEach(
                            _ -> assertThat(onSocket(socket, protocol, "guess")).doesNotContain("too many"));

            assertThat(onSocket(socket, protocol, PASSWORD)).containsPattern("too many logins; wait (5|6)\\d\\d s");
        }
    }

    @Test
    void password_wrongTooOftenWithAToken_isNotLookedAt() {
        var me = people.one("stolen");
        IntStream.range(0, 3)
                .forEach(i -> assertThat(call("DELETE", "/user/me", me, Map.of("password", "guess" + i))
                                .code())
                        .isEqualTo("WRONG_CREDENTIALS"));

        assertTooMany(call("DELETE", "/user/me", me, Map.of("password", "guess")), "logins");
        assertTooMany(
                call("PATCH", "/user/password", me, Map.of("old_password", "guess", "new_password", "mine now")),
                "logins");
    }

    @Test
    void refresh_tooOften_isRefusedAndDoesNotSpendTheToken() {
        var token = register("renewing", here).ok().path("refresh_token").stringValue();
        for (int i = 0; i < 2; i++) {
            token = refresh(token).ok().path("refresh_token").stringValue();
        }

        assertTooMany(refresh(token), "refreshes");

        assertThat(count("select count(*) from session s join account a on a.id = s.account_id"
                        + " where a.username = 'renewing'"))
                .isOne();
    }

    @Test
    void send_tooOften_isRefusedByCallAndOnTheSocketAndStoresNothing() {
        var both = people.many("sender", 2);
        var me = both.getFirst();
        var chat = api.privateChat(me, both.getLast());
        IntStream.range(0, 3).forEach(i -> send(me, chat, here).ok());

        assertTooMany(send(me, chat, freshAddress()), "sends");

        try (var socket = socket("/ws", me, freshAddress())) {
            socket.send(Map.of("type", "message.send", "ref", "r", "chat_id", chat, "contents", "more"));
            var error = socket.await("error");
            assertThat(error.path("code").stringValue()).isEqualTo("TOO_MANY_REQUESTS");
            assertThat(error.path("limit").stringValue()).isEqualTo("sends");
            assertThat(error.path("retry_after").longValue()).isBetween(1L, 3600L);
        }
        assertThat(count("select count(*) from message where chat_id = " + chat))
                .isEqualTo(3);
    }

    @Test
    void send_tooOftenFromOneAddress_isRefusedOnASocketToo() {
        var three = people.many("office", 3);
        var friend = three.get(2);
        var first = api.privateChat(three.get(0), friend);
        var second = api.privateChat(three.get(1), friend);
        IntStream.range(0, 3).forEach(i -> send(three.get(0), first, here).ok());

        try (var socket = socket("/ws", three.get(1), here)) {
            for (int i = 0; i < 3; i++) {
                socket.send(Map.of("type", "message.send", "chat_id", second, "contents", "hello"));
            }
            assertThat(socket.await("error").path("limit").stringValue()).isEqualTo("sends");
        }
        send(three.get(1), second, freshAddress()).ok();
    }

    @Test
    void send_tooOftenFromOneAddress_isRefusedToThoseWhoPollToo() {
        var three = people.many("poller", 3);
        var friend = three.get(2);
        var me = three.get(1);
        var first = api.privateChat(three.get(0), friend);
        IntStream.range(0, 3).forEach(i -> send(three.get(0), first, here).ok());
        var path = "/api/socket?EIO=4&transport=polling";
        var greeting = polled("GET", path + "&token=" + me.token(), "");
        var session = path + "&sid="
                + JsonMapper.shared()
                        .readTree(greeting.substring(1))
                        .path("sid")
                        .stringValue();
        var message = "42[\"message\",{\"text\":\"hello\",\"partner_id\":%d,\"author\":\"%s\"}]"
                .formatted(friend.id(), me.username());

        polled("POST", session, "40");
        assertThat(polled("GET", session, "")).startsWith("40{");
        polled("POST", session, String.join("\u001e", message, message, message));

        await().atMost(Duration.ofSeconds(10))
                .until(() -> polled("GET", session, "").contains("too many sends; wait "));
    }

    /// The answer as it is.
    private String polled(String method, String path, String body) {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("X-Forwarded-For", here)
                .method(method, BodyPublishers.ofString(body))
                .build();
        return HTTP.sendAsync(request, BodyHandlers.ofString()).join().body();
    }

    @Test
    void typing_tooOften_isRefused() {
        var four = people.many("typist", 4);
        var chats = four.subList(1, 4).stream()
                .map(other -> api.privateChat(four.getFirst(), other))
                .toList();

        assertThirdIsRefused("typing", i -> () -> call("POST", "/chat/" + chats.get(i) + "/typing", four.getFirst()));
    }

    @Test
    void search_tooOften_isRefusedWhateverIsSearched() {
        var me = people.one("seeker");
        call("GET", "/user/search?q=abc", me).ok();
        call("GET", "/search?q=abc", me).ok();
        call("GET", "/chat/rooms?q=abc", me).ok();

        assertTooMany(call("GET", "/user/search?q=abc", me), "searches");
        assertTooMany(call("GET", "/search?q=abc", me), "searches");
        assertTooMany(call("GET", "/chat/rooms?q=abc", me), "searches");
    }

    @Test
    void upload_tooOften_isRefused() {
        var me = people.one("uploader");

        assertThirdIsRefused("uploads", i -> () -> call("POST", "/media", me, "file " + i));

        assertThat(count("select count(*) from media where owner_id = " + me.id()))
                .isEqualTo(2);
    }

    @Test
    void friendRequest_tooOften_isRefusedAndAsksNobody() {
        var four = people.many("friendly", 4);
        var me = four.getFirst();

        assertThirdIsRefused(
                "friend_requests",
                i -> () -> call(
                        "POST",
                        "/friend/request",
                        me,
                        Map.of("user_id", four.get(i + 1).id())));

        assertThat(count("select count(*) from friendship where account_id = " + me.id()))
                .isEqualTo(2);
    }

    @Test
    void friendRequest_onAPymessageSocket_isRefusedThereToo() {
        register("py-friend", freshAddress()).ok();
        var others = people.many("asked", 3);
        try (var socket = EventClient.open(port, "/pymessage", from(here), List.of())) {
            onSocket(socket, "pymessage", "py-friend", PASSWORD);
            for (var other : others) {
                socket.send(Map.of("type", "request_friend", "user", other.id()));
            }

            assertThat(socket.await("error").path("error").stringValue()).startsWith("too many friend_requests; wait ");
        }
    }

    @Test
    void getUser_tooOften_isRefusedInItsWords() {
        var somebody = people.one("looked-up");
        Supplier<Answer> lookUp = () -> api.call("GET", "/get_user?id=" + somebody.id(), null, null, from(here));
        lookUp.get().ok();
        lookUp.get().ok();

        var refused = lookUp.get();

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.body().path("error").stringValue()).startsWith("too many lookups; wait ");
        assertThat(retryAfter(refused)).isPositive();
    }

    @Test
    void forgot_tooOftenForOneAddress_isRefusedWhetherSomebodyHasItOrNot() {
        Supplier<Answer> forgot = () ->
                api.call("POST", "/password/forgot", null, Map.of("email", "who@example.com"), from(freshAddress()));

        assertThirdIsRefused("letters", _ -> forgot);
    }

    @Test
    void handshake_tooOften_isRefusedForWhateverProtocol() {
        var nobody = new User(0, "nobody", "no token");
        IntStream.range(0, 6)
                .forEach(_ -> assertThat(EventClient.refusedStatus(() -> socket("/ws", nobody, here)))
                        .isEqualTo(401));

        for (var path : List.of("/ws", "/pymessage", "/uchat", "/api/socket?EIO=4&transport=websocket")) {
            assertThat(EventClient.refusedStatus(() -> socket(path, nobody, here)))
                    .as(path)
                    .isEqualTo(429);
        }
    }

    private interface Nth {
        Supplier<Answer> call(int i);
    }

    private void assertThirdIsRefused(String limit, Nth calls) {
        calls.call(0).get().ok();
        calls.call(1).get().ok();
        assertTooMany(calls.call(2).get(), limit);
    }

    private static void assertTooMany(Answer answer, String limit) {
        assertThat(answer.code()).isEqualTo("TOO_MANY_REQUESTS");
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.body().path("details").path("limit").stringValue()).isEqualTo(limit);
        assertThat(retryAfter(answer)).isBetween(1L, 3_600L);
    }

    private static long retryAfter(Answer answer) {
        return answer.headers().firstValueAsLong("Retry-After").orElse(0);
    }

    private Answer register(String name, String from) {
        return api.call("POST", "/register", null, Map.of("username", name, "password", PASSWORD), from(from));
    }

    private Answer login(String name, String password, String from) {
        return api.call("POST", "/login", null, Map.of("usernameOrEmail", name, "password", password), from(from));
    }

    private Answer matchaLogin(String password) {
        return api.call("POST", "/api/signin", null, Map.of("login", "matcha", "password", password), from(here));
    }

    private Answer refresh(String token) {
        return api.call("POST", "/token/refresh", null, Map.of("refresh_token", token), from(here));
    }

    private Answer send(User me, long chat, String from) {
        return api.call("POST", "/chat/" + chat + "/message", me.token(), Map.of("contents", "hello"), from(from));
    }

    private Answer call(String method, String path, User me) {
        return call(method, path, me, null);
    }

    private Answer call(String method, String path, User me, @Nullable Object body) {
        return api.call(method, path, me.token(), body, from(here));
    }

    private String onSocket(EventClient socket, String protocol, String password) {
        return onSocket(socket, protocol, protocol, password);
    }

    private static String onSocket(EventClient socket, String protocol, String name, String password) {
        socket.send(
                protocol.equals("pymessage")
                        ? Map.of("type", "login", "username", name, "pin", password)
                        : Map.of("type", "REQUEST_LOGIN", "login", name, "pass", password));
        return socket.next().toString();
    }

    private EventClient socket(String path, User me, String from) {
        return EventClient.open(
                port, path, Map.of("Authorization", "Bearer " + me.token(), "X-Forwarded-For", from), List.of());
    }

    private long count(String sql) {
        return database.sql(sql).mapValue(Long.class).one().blockOptional().orElseThrow();
    }

    private static Map<String, String> from(String address) {
        return Map.of("X-Forwarded-For", address);
    }

    private static String freshAddress() {
        return "10.1.0." + ADDRESSES.incrementAndGet();
    }
}
