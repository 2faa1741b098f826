package koine.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import koine.auth.PublicPaths;
import koine.auth.SessionCookies;
import koine.auth.Tokens;
import koine.auth.Visit;
import koine.testing.Api;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.util.LinkedMultiValueMap;

/// What pages in browsers may do with the service, and what the service tells browsers. The tests' configuration lists
/// one origin, `https://web.example`.
@KoineTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrowserSafetyTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String LISTED = "https://web.example";
    private static final String EVIL = "https://evil.example";
    private static final String POLICY = "Content-Security-Policy";
    private static final String FOR_PROGRAMS =
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    @LocalServerPort
    private int port;

    @Autowired
    private ApplicationContext service;

    private Api api;
    private Api.User ann;
    private String cookie;

    @BeforeAll
    void signSomebodyIn() {
        api = new Api(port);
        ann = new People(service).one("browsing");
        var visit = new Visit(URI.create("http://localhost"), new HttpHeaders(), new LinkedMultiValueMap<>());
        var issued = service.getBean(Tokens.class)
                .verify(ann.token())
                .flatMap(who -> service.getBean(SessionCookies.class).issue(who, visit))
                .block();
        cookie = SessionCookies.NAME + "=" + Objects.requireNonNull(issued).getValue();
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /actuator/health,       200",
        "GET,    /user/me,               200",
        "GET,    /no/such/path,          404",
        "GET,    /media/nothing,         400",
        "DELETE, /user/me,               415",
        "PUT,    /user/me,               405",
        "POST,   /login,                 400",
        "POST,   /token/refresh,         400",
        "GET,    /with//two,             400",
        "GET,    /chat/info/unknown,     404",
        "GET,    /socket.io/?EIO=4,      400",
        "GET,    /socket.io/?EIO=4&transport=polling, 200",
        "OPTIONS,/user/me,               200"
    })
    void answer_toPrograms_canDoNothingInABrowser(String method, String path, int status) throws Exception {
        var answer = send(request(method, path, Map.of("Authorization", "Bearer " + ann.token())));

        assertThat(answer.statusCode()).isEqualTo(status);
        assertGuarded(answer);
        assertThat(header(answer, POLICY)).isEqualTo(FOR_PROGRAMS);
        assertThat(header(answer, "Cache-Control")).contains("no-store");
    }

    @Test
    void answer_withoutAToken_isGuardedAsWell() throws Exception {
        var answer = send(request("GET", "/user/me", Map.of()));

        assertThat(answer.statusCode()).isEqualTo(401);
        assertGuarded(answer);
        assertThat(header(answer, POLICY)).isEqualTo(FOR_PROGRAMS);
    }

    @Test
    void answer_overTls_asksForTlsFromThenOn() throws Exception {
        var secure = send(request("GET", "/user/me", Map.of("X-Forwarded-Proto", "https")));
        var plain = send(request("GET", "/user/me", Map.of()));

        assertThat(header(secure, "Strict-Transport-Security")).isEqualTo("max-age=31536000");
        assertThat(header(plain, "Strict-Transport-Security")).isEmpty();
    }

    /// Spring Boot's own default depends on where it runs.
    @Test
    void address_claimedByTheClient_isNotBelieved() throws Exception {
        var somebody = api.register("claiming");
        var claim = Map.of("X-Forwarded-For", "203.0.113.9", "Forwarded", "for=203.0.113.9");
        var body = Map.of("usernameOrEmail", somebody.username(), "password", "secret");

        api.call("POST", "/login", null, body, claim).ok();

        var sessions = api.get("/user/sessions", somebody.token()).ok();
        assertThat(sessions.toString()).contains("127.0.0.1").doesNotContain("203.0.113.9");
        assertThat(service.getEnvironment().getProperty("server.forward-headers-strategy"))
                .isEqualTo("none");
    }

    @Test
    void pages_ofAllProtocols_areFound() throws Exception {
        assertThat(pages()).contains("/chat", "/chat/room/x/x");
    }

    /// Whatever is served as a page to those who are not signed in, found by what each protocol declares public.
    @ParameterizedTest
    @MethodSource("pages")
    void page_public_runsNothingButOurFiles(String path) throws Exception {
        var page = send(request("GET", path, Map.of()));

        assertGuarded(page);
        assertThat(header(page, POLICY))
                .contains("default-src", "frame-ancestors 'none'")
                .doesNotContain("unsafe", "*", "http:", "https:");
        assertThat(page.body())
                .doesNotContainPattern("<script(?![^>]*\\ssrc=)")
                .doesNotContainPattern("(?i)<style[\\s>]")
                .doesNotContainPattern("(?i)<[^>]+\\s(style|on[a-z]+)\\s*=")
                .doesNotContainPattern("(?i)(src|href)\\s*=\\s*[\"']?(https?:)?//");
    }

    @ParameterizedTest
    @CsvSource({"GET, /user/me", "POST, /login", "GET, /no/such/path", "GET, /with//two"})
    void call_fromAnyPage_isAnsweredForNoOther(String method, String path) throws Exception {
        for (var origin : List.of(EVIL, "null", "https://web.example.evil.example", "http://web.example")) {
            assertNotShared(send(request(method, path, Map.of("Origin", origin))));
            assertNotShared(send(preflight(path, origin)));
        }
    }

    @Test
    void call_fromAListedPage_isAnsweredForIt() throws Exception {
        var good = Map.of("Origin", LISTED, "Authorization", "Bearer " + ann.token());

        for (var answer : List.of(
                send(request("GET", "/user/me", good)),
                send(request("GET", "/user/me", Map.of("Origin", LISTED))),
                send(request("GET", "/no/such/path", good)))) {
            assertThat(header(answer, "Access-Control-Allow-Origin")).isEqualTo(LISTED);
            assertThat(header(answer, "Access-Control-Allow-Credentials")).isEqualTo("true");
            assertThat(header(answer, "Access-Control-Expose-Headers")).contains("Retry-After");
        }
    }

    @Test
    void preflight_ofAListedPage_isAnsweredWithoutAToken() throws Exception {
        var answer = send(preflight("/user/bio", LISTED));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Access-Control-Allow-Origin")).isEqualTo(LISTED);
        assertThat(header(answer, "Access-Control-Allow-Methods")).contains("PATCH");
        assertThat(header(answer, "Access-Control-Allow-Headers")).isEqualTo("authorization");
        assertGuarded(answer);
    }

    /// A cache must not give one page what another was answered.
    @Test
    void answer_anyway_dependsOnTheOrigin() throws Exception {
        for (var headers : List.of(Map.<String, String>of(), Map.of("Origin", LISTED))) {
            var answer = send(request("GET", "/user/me", headers));

            assertThat(String.join(",", answer.headers().allValues("Vary"))).contains("Origin");
        }
    }

    @Test
    void callByCookie_thatChangesSomething_countsFromOwnAndListedPagesOnly() {
        var path = "/api/no/such/call";

        assertThat(byCookie("POST", path, EVIL)).isEqualTo(403);
        assertThat(byCookie("POST", path, "null")).isEqualTo(403);
        assertThat(byCookie("POST", path, "")).isEqualTo(403);
        assertThat(byCookie("POST", path, "http://localhost:" + port)).isEqualTo(404);
        assertThat(byCookie("POST", path, LISTED)).isEqualTo(404);
    }

    /// Whatever else proves who it is: with the cookie, a page of somebody else opens no socket.
    @ParameterizedTest
    @MethodSource("sockets")
    void handshake_withTheCookieFromAnotherPage_isRefused(String path) {
        for (var origin : List.of(EVIL, "null", "https://web.example:8443", "http://localhost:1")) {
            var headers = Map.of("Cookie", cookie, "Origin", origin, "Authorization", "Bearer " + ann.token());

            assertThat(EventClient.refusedStatus(() -> open(path, headers).close()))
                    .as(origin)
                    .isEqualTo(403);
        }
    }

    @ParameterizedTest
    @MethodSource("sockets")
    void handshake_fromTrustedPagesAndPrograms_isTaken(String path) {
        for (var headers : List.of(
                Map.of("Cookie", cookie, "Origin", "http://localhost:" + port),
                Map.of("Cookie", cookie, "Origin", LISTED),
                Map.of("Cookie", cookie),
                Map.of("Origin", EVIL))) {
            var all = new HashMap<>(headers);
            all.put("Authorization", "Bearer " + ann.token());
            open(path, all).close();
        }
    }

    Stream<String> sockets() {
        return Stream.of(
                "/ws",
                "/pymessage",
                "/uchat",
                "/socket.io/?EIO=4&transport=websocket",
                "/api/socket/?EIO=4&transport=websocket",
                "/ws/chat/special/user-" + ann.id() + "/");
    }

    /// A pattern's variables may be anything; of what stands for many paths, the first is tried.
    Stream<String> pages() throws Exception {
        var paths = service.getBeansOfType(PublicPaths.class).values().stream()
                .filter(each -> !"POST".equals(each.method()))
                .flatMap(each -> each.patterns().stream())
                .map(pattern -> pattern.replaceAll("/\\*\\*?$", "/").replaceAll("\\{[^}]*}", "x"))
                .flatMap(path -> Stream.of(path, path.endsWith("/") ? path + "index.html" : path))
                .distinct()
                .toList();
        return paths.stream().filter(this::isPage);
    }

    private boolean isPage(String path) {
        try {
            return header(send(request("GET", path, Map.of())), "Content-Type").startsWith("text/html");
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertGuarded(HttpResponse<String> answer) {
        assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(answer, "X-Frame-Options")).isEqualTo("DENY");
        assertThat(header(answer, "Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(header(answer, "Permissions-Policy")).contains("geolocation=()");
        assertThat(header(answer, "Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
        assertThat(header(answer, "Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
        assertThat(answer.headers().allValues(POLICY)).hasSize(1);
    }

    private static void assertNotShared(HttpResponse<String> answer) {
        assertThat(answer.headers().map().keySet())
                .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control-"));
    }

    private int byCookie(String method, String path, String origin) {
        var headers = origin.isEmpty() ? Map.of("Cookie", cookie) : Map.of("Cookie", cookie, "Origin", origin);
        return api.call(method, path, null, null, headers).status();
    }

    private EventClient open(String path, Map<String, String> headers) {
        return EventClient.open(port, path, headers, List.of());
    }

    private HttpRequest preflight(String path, String origin) {
        return request(
                "OPTIONS",
                path,
                Map.of(
                        "Origin",
                        origin,
                        "Access-Control-Request-Method",
                        "PATCH",
                        "Access-Control-Request-Headers",
                        "authorization"));
    }

    private HttpRequest request(String method, String path, Map<String, String> headers) {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .method(method, BodyPublishers.noBody());
        headers.forEach(request::header);
        return request.build();
    }

    private static HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return HTTP.send(request, BodyHandlers.ofString());
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
