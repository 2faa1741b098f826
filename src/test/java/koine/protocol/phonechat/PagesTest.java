package koine.protocol.phonechat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import koine.testing.Api;
import koine.testing.KoineTest;
import koine.testing.Node;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/// The pages are served to everybody, and let nothing in that is not theirs.
@KoineTest
class PagesTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/chat",
                "/chat/personal/9999999999/9898989898/",
                "/chat/personal/9999999999/9898989898",
                "/chat/group/9999999999/test12test",
                "/chat/room/lobby",
                "/chat/room/messages",
                "/chat/room/9999999999/lobby"
            })
    void page_withoutAToken_isServedUnderAStrictPolicy(String path) throws Exception {
        var page = get(path);

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.body())
                .contains("/chat/assets/phonechat.mjs", "/chat/assets/phonechat.css", "name=\"viewport\"")
                .doesNotContain("style=", "onclick", "<script>");
    }

    @Test
    void assets_withoutAToken_areServedWithTheirTypes() throws Exception {
        var module = get("/chat/assets/phonechat.mjs");

        assertThat(module.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/javascript");
        assertThat(module.body()).contains("export class Conversation").doesNotContain("innerHTML", "insertAdjacent");
        assertThat(get("/chat/assets/phonechat.css")
                        .headers()
                        .firstValue("Content-Type")
                        .orElseThrow())
                .startsWith("text/css");
        assertThat(get("/chat/assets/other").statusCode()).isIn(401, 404);
    }

    /// Two people on the pages' module against this service, without a browser.
    @Test
    void module_ofTwoPeople_showsWhatIsSaidAndWhatBecomesOfIt() throws Exception {
        var ann = registered("8%09d");
        var ben = registered("7%09d");

        var seen = Node.runAlone(
                "phonechat-page.mjs",
                "http://localhost:" + port,
                ann.username(),
                "secret",
                number("8%09d", ann),
                ben.username(),
                "secret",
                number("7%09d", ben));

        assertThat(seen.path("signed-in").path("status").stringValue())
                .isEqualTo("Signed in as " + number("8%09d", ann) + ".");
        assertThat(seen.path("signed-in").path("forms")).hasToString("[true,false]");
        assertThat(seen.path("sent").path("texts")).hasToString("[\"<b>first</b>\"]");
        assertThat(seen.path("fetched-and-read").path("texts")).hasToString("[\"<b>first</b>\"]");
        assertThat(seen.path("fetched-and-read").path("from").stringValue()).isEqualTo(number("8%09d", ann));
        assertThat(seen.path("received-then-read").path("texts")).hasToString("[\"<b>first</b>\",\"second\"]");
        assertThat(seen.path("typing").path("text").stringValue()).isEqualTo(number("7%09d", ben) + " is typing…");
        assertThat(seen.path("frames").path("raw").booleanValue()).isTrue();
        assertThat(seen.path("early").path("before")).isEmpty();
        assertThat(seen.path("early").path("after")).hasToString("[\"msg_read\"]");
        var logic = seen.path("logic");
        assertThat(logic.path("peers"))
                .hasToString("[null,{\"kind\":\"personal\",\"me\":\"1\",\"name\":\"2\"},"
                        + "{\"kind\":\"group\",\"me\":\"1\",\"name\":\"k\"},"
                        + "{\"kind\":\"room\",\"me\":null,\"name\":\"r\"},"
                        + "{\"kind\":\"room\",\"me\":\"1\",\"name\":\"r s\"}]");
        assertThat(logic.path("said"))
                .hasToString("{\"message\":\"x\",\"command\":\"new_grp_msg\",\"msg_from\":\"1111111111\","
                        + "\"msg_to\":\"abcdefghij\",\"sent_timestamp\":\"1970-01-01 00:00:00.001\"}");
        assertThat(logic.path("next").stringValue()).isEqualTo("1970-01-01 00:00:00.002");
        assertThat(logic.path("answers").get(0).get(0).path("command").stringValue())
                .isEqualTo("grp_msg_received");
        assertThat(logic.path("answers").get(0).get(0).path("msg_to").stringValue())
                .isEqualTo("2222222222");
        assertThat(logic.path("answers").get(1)).isEmpty();
        assertThat(logic.path("states")).hasToString("[\"read\",\"waiting\",\"received\"]");
    }

    private Api.User registered(String form) {
        var api = new Api(port);
        var user = api.register("page");
        api.call("PATCH", "/user/phone", user.token(), Map.of("phone", number(form, user)), Map.of())
                .ok();
        return user;
    }

    private static String number(String form, Api.User user) {
        return form.formatted(user.id());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                        .build(),
                BodyHandlers.ofString());
    }
}
