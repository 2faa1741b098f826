package koine.protocol.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Pattern;
import koine.testing.KoineTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.web.server.LocalServerPort;

/// The reference as a browser without any proof gets it.
@KoineTest
class ReferencePagesTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Pattern LINK = Pattern.compile("(?:href|src)=\"(/docs[^\"]*)\"");

    @LocalServerPort
    private int port;

    @ParameterizedTest
    @ValueSource(strings = {"/docs", "/docs/events"})
    void page_andAllThatItNeeds_areServedToEverybodyUnderAStrictPolicy(String path) {
        var page = get(path);

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=utf-8");
        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy ->
                        assertThat(policy).contains("default-src 'none'").doesNotContain("unsafe"));
        assertThat(page.body()).doesNotContain("<style", "style=", "https://", "http://");
        var links =
                LINK.matcher(page.body()).results().map(found -> found.group(1)).toList();
        assertThat(links).hasSizeGreaterThan(6);
        assertThat(links).allSatisfy(link -> assertThat(get(link).statusCode()).isEqualTo(200));
    }

    @Test
    void documents_asYaml_areTheSameAsJson() {
        assertThat(get("/docs/openapi.yaml").body())
                .startsWith("openapi: 3.1.0")
                .contains("\n  /register:\n");
        assertThat(get("/docs/asyncapi.yaml").body())
                .startsWith("asyncapi: 3.0.0")
                .contains("\n  pymessage:\n");
    }

    @Test
    void reference_switchedOff_isNotThere() {
        new ReactiveWebApplicationContextRunner()
                .withUserConfiguration(ReferenceConfiguration.class, ReferencePages.class)
                .withPropertyValues("koine.reference.enabled=false")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean("referenceRoutes")
                        .doesNotHaveBean("referencePageRoutes")
                        .doesNotHaveBean("referencePublicPaths"));
    }

    private HttpResponse<String> get(String path) {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .build();
        return HTTP.sendAsync(request, BodyHandlers.ofString()).join();
    }
}
