package koine.protocol.phonechat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import koine.testing.KoineTest;
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

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                        .build(),
                BodyHandlers.ofString());
    }
}
