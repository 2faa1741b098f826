package koine.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.util.LinkedMultiValueMap;

/// Which page made a request.
class VisitTest {

    @ParameterizedTest
    @CsvSource({
        "http://koine.example/api, http://koine.example",
        "http://koine.example:80/api, http://koine.example",
        "http://koine.example:8080/api, http://koine.example:8080",
        "ws://koine.example/socket.io/, http://koine.example",
        "https://koine.example/api, https://KOINE.example:443",
        "http://[::1]:8080/api, http://[::1]:8080"
    })
    void isFromOwnPage_sameSchemeHostAndPort_isTrue(String uri, String origin) {
        assertThat(visit(uri, HttpHeaders.ORIGIN, origin).isFromOwnPage()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "http://koine.example/api, https://koine.example",
        "http://koine.example/api, http://koine.example:8080",
        "http://koine.example/api, http://evil.example",
        "http://koine.example/api, http://koine.example.evil.example",
        "http://koine.example/api, null",
        "http://koine.example/api, file://",
        "http://koine.example/api, http://koine.example:port",
        "http://koine.example/api, koine.example"
    })
    void isFromOwnPage_anotherOrigin_isFalse(String uri, String origin) {
        assertThat(visit(uri, HttpHeaders.ORIGIN, origin).isFromOwnPage()).isFalse();
    }

    @Test
    void isFromOwnPage_behindAProxy_looksAtTheAddressBeforeIt() {
        var visit = visit(
                "http://10.0.0.3:8080/api",
                HttpHeaders.ORIGIN,
                "https://koine.example",
                "X-Forwarded-Proto",
                "https",
                "X-Forwarded-Host",
                "koine.example");

        assertThat(visit.isFromOwnPage()).isTrue();
        assertThat(visit.isSecure()).isTrue();
    }

    @Test
    void isFromOwnPage_noOrigin_isWhatTheBrowserSaysOfTheFetch() {
        assertThat(visit("http://koine.example/api").isFromOwnPage()).isFalse();
        assertThat(visit("http://koine.example/api", "Sec-Fetch-Site", "same-origin")
                        .isFromOwnPage())
                .isTrue();
        assertThat(visit("http://koine.example/api", "Sec-Fetch-Site", "same-site")
                        .isFromOwnPage())
                .isFalse();
    }

    @Test
    void isFromOwnPage_originOfAnotherWithAFetchOfOwn_isFalse() {
        var visit = visit(
                "http://koine.example/api", HttpHeaders.ORIGIN, "http://evil.example", "Sec-Fetch-Site", "same-origin");

        assertThat(visit.isFromOwnPage()).isFalse();
    }

    @Test
    void trust_whatIsListed_isForThatOriginOnly() {
        var origins = new Origins(new WebProperties(List.of("https://web.example", "http://[::1]:3000")));

        assertThat(origins.trust(from("https://web.example"))).isTrue();
        assertThat(origins.trust(from("http://[::1]:3000"))).isTrue();
        assertThat(origins.trust(from("http://koine.example"))).isTrue();
        assertThat(origins.trust(from("http://web.example"))).isFalse();
        assertThat(origins.trust(from("https://web.example:8443"))).isFalse();
        assertThat(origins.trust(from("https://a.web.example"))).isFalse();
    }

    @Test
    void trust_nothingListed_isForOwnPagesOnly() {
        var origins = new Origins(new WebProperties(List.of()));

        assertThat(origins.trust(from("https://web.example"))).isFalse();
        assertThat(origins.trust(from("http://koine.example"))).isTrue();
    }

    /// Above all not a wildcard: pages of listed origins may show the session's cookie.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "https://*.example",
                "https://web.example/",
                "https://web.example/app",
                "https://web.example:443",
                "https://WEB.example",
                "https://me@web.example",
                "web.example",
                "null",
                "file://web.example",
                ""
            })
    void allowedOrigins_whatIsNone_isRefused(String text) {
        assertThatThrownBy(() -> new Origins(new WebProperties(List.of("https://web.example", text))))
                .isInstanceOf(UnusableSetting.class)
                .hasMessageStartingWith("koine.web.allowed-origins: \"" + text + "\" is no origin");
    }

    private static Visit from(String origin) {
        return visit("http://koine.example/api", HttpHeaders.ORIGIN, origin);
    }

    private static Visit visit(String uri, String... headers) {
        var all = new HttpHeaders();
        for (var i = 0; i < headers.length; i += 2) {
            all.add(headers[i], headers[i + 1]);
        }
        return new Visit(URI.create(uri), all, new LinkedMultiValueMap<>());
    }
}
