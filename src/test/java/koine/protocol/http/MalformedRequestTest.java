package koine.protocol.http;

import static koine.protocol.http.Errors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import koine.testing.Api;
import koine.testing.Api.Answer;
import koine.testing.KoineTest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.json.JsonMapper;

/// Requests that the framework refuses before any rule of ours is asked: their answers have the same form as
/// all others, and nothing has happened.
@KoineTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MalformedRequestTest {

    private static final int MAX_BODY = 256 * 1024;

    @LocalServerPort
    private int port;

    private Api api;
    private Api.User user;
    private Api.User other;
    private long chat;

    @BeforeAll
    void makeAChat() {
        api = new Api(port);
        user = api.register("malformed");
        other = api.register("malformed");
        chat = api.privateChat(user, other);
    }

    static Stream<String> callsWithBody() {
        return Stream.of(
                "POST /register",
                "POST /login",
                "PATCH /user/bio",
                "POST /chat/private/create",
                "POST /chat/group/create",
                "POST /chat/{chat}/message");
    }

    static Stream<String> calls() {
        return Stream.concat(
                callsWithBody(),
                Stream.of(
                        "GET /user/me",
                        "GET /user/chats",
                        "GET /chat/{chat}",
                        "GET /chat/{chat}/messages",
                        "DELETE /message/1",
                        "POST /ws/ticket"));
    }

    static Stream<Arguments> brokenBodies() {
        var bodies = List.of(
                "",
                " ",
                "null",
                "no json",
                "{",
                "{}}",
                "{} {}",
                "{\"x\":1",
                "[]",
                "[{}]",
                "\"text\"",
                "5",
                "true",
                "{'x':1}",
                "{\"x\":01}",
                "{\"x\":NaN}",
                "{\"x\":1,}",
                "{\"x\":\"\n\"}",
                "{\"x\":1,\"x\":2}",
                "{\"x\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}",
                "{\"x\":" + "9".repeat(2_000) + "}");
        return callsWithBody().flatMap(call -> bodies.stream().map(body -> Arguments.of(call, body)));
    }

    @ParameterizedTest
    @MethodSource("brokenBodies")
    void body_noJsonObject_isInvalid(String call, String body) {
        assertRefused(call(call, body, Map.of()), 400, "INVALID_REQUEST");
    }

    @Test
    void body_fieldGivenTwice_isInvalid() {
        var answer = post("/chat/" + chat + "/message", "{\"contents\":\"a\",\"contents\":\"b\"}");

        assertRefused(answer, 400, "INVALID_REQUEST");
    }

    @Test
    void body_unknownFields_areIgnored() {
        api.call("PATCH", "/user/bio", user.token(), "{\"bio\":\"b\",\"more\":{\"x\":[1]}}", Map.of())
                .ok();
    }

    @Test
    void body_brokenUtf8_isInvalid() throws Exception {
        var prefix = "{\"bio\":\"".getBytes(StandardCharsets.US_ASCII);
        var bytes = new byte[prefix.length + 4];
        System.arraycopy(prefix, 0, bytes, 0, prefix.length);
        bytes[prefix.length] = (byte) 0xc3;
        bytes[prefix.length + 1] = '(';
        bytes[prefix.length + 2] = '"';
        bytes[prefix.length + 3] = '}';
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/user/bio"))
                .method("PATCH", BodyPublishers.ofByteArray(bytes))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + user.token())
                .build();

        try (var http = HttpClient.newHttpClient()) {
            var response = http.send(request, BodyHandlers.ofString());
            var body = JsonMapper.shared().readTree(response.body());
            assertRefused(new Answer(response.statusCode(), body, response.headers()), 400, "INVALID_REQUEST", "bio");
        }
    }

    @ParameterizedTest
    @MethodSource("callsWithBody")
    void body_ofAnotherType_isUnsupported(String call) {
        for (var type : List.of("text/plain", "application/xml", "application/x-www-form-urlencoded", "garbage")) {
            assertRefused(call(call, "{}", Map.of("Content-Type", type)), 415, "UNSUPPORTED_MEDIA_TYPE");
        }
    }

    @Test
    void body_withCharset_isTaken() {
        var headers = Map.of("Content-Type", "application/json; charset=UTF-8");

        api.call("PATCH", "/user/bio", user.token(), Map.of("bio", "b"), headers)
                .ok();
    }

    @ParameterizedTest
    @MethodSource("callsWithBody")
    void body_overTheLimit_isTooLarge(String call) {
        var body = "{\"x\":\"" + "x".repeat(MAX_BODY - 7) + "\"}";

        assertRefused(call(call, body, Map.of()), 413, "TOO_LARGE");
    }

    @Test
    void body_atTheLimit_isTaken() {
        var body = "{\"bio\":\"b\",\"x\":\"%s\"}";
        body = body.formatted("x".repeat(MAX_BODY - body.length() + 2));
        assertThat(body).hasSize(MAX_BODY);

        api.call("PATCH", "/user/bio", user.token(), body, Map.of()).ok();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nowhere", "/user", "/user/me/more", "/message", "/user/chats/1", "/error"})
    void path_unknown_isNotFound(String path) {
        assertRefused(api.get(path, user.token()), 404, "NOT_FOUND");
    }

    /// Paths beside those for which another protocol finds out by itself who asks.
    @ParameterizedTest
    @CsvSource({
        "PATCH, /chat/info",
        "DELETE, /chat/special",
        "POST, /chat/info/message",
        "POST, /chat/special/leave",
        "GET, /chat/info/messages"
    })
    void path_besideAnotherProtocols_needsAToken(String method, String path) {
        assertRefused(api.call(method, path, null, Map.of(), Map.of()), 401, "NOT_AUTHENTICATED");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /register, POST",
        "PUT, /login, POST",
        "PUT, /user/chats, GET",
        "PUT, /user/bio, PATCH",
        "PUT, /chat/private/create, POST",
        "PUT, /chat/group/create, POST",
        "GET, /chat/1/message, POST",
        "PUT, /chat/1/messages, GET",
        "PUT, /chat/1, GET",
        "GET, /message/1, DELETE",
        "GET, /ws/ticket, POST",
        "PUT, /user/me, GET"
    })
    void path_otherMethod_isNotAllowedAndSaysWhichIs(String method, String path, String allowed) {
        var answer = api.call(method, path, user.token(), null, Map.of());

        assertRefused(answer, 405, "METHOD_NOT_ALLOWED");
        assertThat(answer.headers().firstValue("Allow"))
                .hasValueSatisfying(allow ->
                        assertThat(allow.split(",\\s*")).contains(allowed).doesNotContain(method));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void accept_noJson_isNotAcceptable(String call) {
        assertRefused(call(call, "{}", Map.of("Accept", "text/html")), 406, "NOT_ACCEPTABLE");
    }

    @Test
    void accept_noJson_hasNoEffect() {
        var html = Map.of("Accept", "text/html");
        var username = "html-" + System.nanoTime();
        var registration = Map.of("username", username, "password", "secret");
        var before = api.get("/chat/" + chat + "/messages", user.token()).ok();

        api.call("POST", "/register", null, registration, html);
        api.call("POST", "/chat/" + chat + "/message", user.token(), Map.of("contents", "x"), html);

        api.post("/register", null, registration).ok();
        assertThat(api.get("/chat/" + chat + "/messages", user.token()).ok()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/*", "application/json", "text/html, application/json;q=0.1"})
    void accept_jsonAmongOthers_isAnsweredWithJson(String accept) {
        var answer = api.call("GET", "/user/me", user.token(), null, Map.of("Accept", accept));

        answer.ok();
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    }

    /// What an ordinary client's library would not even send.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/chat/%zz",
                "/chat/1%",
                "/user/chats?cursor=%zz",
                "/user/chats?cursor=%",
                "/user/chats?cursor=%c3%28",
                "/user/chats?limit=%",
                "/chat/1/messages?cursor=%zz",
                "/user/chats?cursor=a|b{c}"
            })
    void target_brokenEscapes_isABadRequest(String target) throws IOException {
        assertThat(statusLine("GET " + target + " HTTP/1.1")).startsWith("HTTP/1.1 400 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/chat/%00", "/chat//1", "/chat/1;x=1", "/chat/%2e%2e/user/me", "/chat/1%2Fmessages"})
    void path_suspicious_isInvalid(String path) {
        assertRefused(api.get(path, user.token()), 400, "INVALID_REQUEST");
        assertRefused(api.get(path, null), 400, "INVALID_REQUEST");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void request_thatIsNone_isRefusedWithoutAWordInTheLog(CapturedOutput log) throws IOException {
        assertThat(statusLine("GET /user/me HTTP/one")).startsWith("HTTP/1.1 400 ");
        assertThat(log).doesNotContain("Decoding failed");
    }

    private String statusLine(String requestLine) throws IOException {
        try (var socket = new Socket("localhost", port)) {
            socket.setSoTimeout(10_000);
            var request = requestLine + "\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
                    + user.token() + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return answer.lines().findFirst().orElse("");
        }
    }

    private Answer call(String call, String body, Map<String, String> headers) {
        var method = call.substring(0, call.indexOf(' '));
        var path = call.substring(call.indexOf(' ') + 1).replace("{chat}", Long.toString(chat));
        return api.call(method, path, user.token(), body, headers);
    }

    private Answer post(String path, String body) {
        return api.post(path, user.token(), body);
    }
}
