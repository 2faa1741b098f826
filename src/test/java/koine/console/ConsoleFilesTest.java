package koine.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import koine.testing.KoineTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/// How the console's files are served.
@KoineTest
class ConsoleFilesTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Path SOURCE = Path.of("src/main/resources/console");

    @LocalServerPort
    private int port;

    @ParameterizedTest
    @ValueSource(strings = {"/", "/password/reset?token=x", "/email/confirm?token=x"})
    void page_withoutAToken_isServedUnderAStrictPolicy(String path) throws Exception {
        var page = get(path, "Accept", "text/html,application/xhtml+xml,*/*;q=0.8");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=utf-8");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "trusted-types lit-html")
                .doesNotContain("unsafe");
        assertThat(page.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
        assertThat(page.body()).contains("/console/app.js").doesNotContain("style=", "<style", "<script>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/console/client.js", "/password/reset", "/docs", "/docs/openapi.json"})
    void head_ofWhatAnybodyMayRead_isThatOfTheAnswer(String path) throws Exception {
        var whole = get(path, "Accept", "text/html,*/*");
        var head = HTTP.send(request(path, "Accept", "text/html,*/*").HEAD().build(), BodyHandlers.ofString());

        assertThat(head.statusCode()).isEqualTo(whole.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        for (var header :
                List.of("Content-Type", "Content-Length", "Content-Security-Policy", "Cache-Control", "ETag")) {
            assertThat(head.headers().allValues(header))
                    .as(header)
                    .isEqualTo(whole.headers().allValues(header));
        }
    }

    @Test
    void call_thatSharesItsPathWithThePage_isStillTheCall() throws Exception {
        assertThat(get("/email/confirm?token=x", "Accept", "application/json").statusCode())
                .isEqualTo(400);
        assertThat(get("/email/confirm?token=x", "Accept", "*/*").body()).contains("INVALID_REQUEST");
        assertThat(get("/email/confirm?token=x", "Accept", ",;q=2").statusCode())
                .isBetween(400, 499);
    }

    /// A browser takes over the headers of a 304 for what it keeps.
    @Test
    void page_askedForAgain_isNotSentAgainAndKeepsItsPolicy() throws Exception {
        var first = get("/", "Accept", "text/html");
        var again = get("/", "If-None-Match", first.headers().firstValue("ETag").orElseThrow());

        assertThat(again.statusCode()).isEqualTo(304);
        for (var header : List.of("Content-Security-Policy", "Cache-Control", "ETag")) {
            assertThat(again.headers().allValues(header))
                    .isEqualTo(first.headers().allValues(header));
        }
    }

    @Test
    void file_askedForAgain_isNotSentAgain() throws Exception {
        var first = get("/console/client.js", "Accept", "*/*");
        var tag = first.headers().firstValue("ETag").orElseThrow();

        var again = get("/console/client.js", "If-None-Match", tag);

        assertThat(first.headers().firstValue("Content-Type")).hasValue("text/javascript;charset=utf-8");
        assertThat(first.headers().firstValue("Cache-Control")).hasValue("no-cache");
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(get("/console/client.js", "If-None-Match", "\"other\"").statusCode())
                .isEqualTo(200);
    }

    @Test
    void files_ofTheConsole_areAllServedAndNothingElse() throws Exception {
        for (var file : files()) {
            assertThat(get("/console/" + file, "Accept", "*/*").statusCode())
                    .as(file)
                    .isEqualTo(200);
        }
        for (var path :
                List.of("/console/", "/console/none.js", "/console/../application.yml", "/console/index.html")) {
            assertThat(get(path, "Accept", "*/*").statusCode()).as(path).isIn(400, 401, 404);
        }
    }

    /// Whatever somebody writes becomes text: nothing in the console makes markup of it, or runs it.
    @Test
    void files_ofTheConsole_makeNoMarkupOfText() throws Exception {
        for (var file : files()) {
            assertThat(Files.readString(SOURCE.resolve(file)))
                    .as(file)
                    .doesNotContain("innerHTML", "outerHTML", "insertAdjacent", "unsafe", "eval(", "document.write");
        }
    }

    private static List<String> files() throws IOException {
        try (var files = Files.walk(SOURCE)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> SOURCE.relativize(file).toString())
                    .filter(file -> !file.equals("index.html"))
                    .toList();
        }
    }

    private HttpResponse<String> get(String path, String header, String value)
            throws IOException, InterruptedException {
        return HTTP.send(request(path, header, value).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path, String header, String value) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header(header, value);
    }
}
