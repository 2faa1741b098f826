package koine.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    private static Visit visit(String uri, String... headers) {
        var all = new HttpHeaders();
        for (var i = 0; i < headers.length; i += 2) {
            all.add(headers[i], headers[i + 1]);
        }
        return new Visit(URI.create(uri), all, new LinkedMultiValueMap<>());
    }
}
