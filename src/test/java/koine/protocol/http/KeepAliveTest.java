package koine.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import koine.testing.KoineTest;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

/// A connection that is kept alive serves the calls after one that was refused.
@KoineTest
class KeepAliveTest {

    private static final int ROUNDS = 100;

    @LocalServerPort
    private int port;

    /// A call that is refused before its body is read: the server must go on reading what comes behind it.
    @Test
    void call_afterOneThatWasRefused_isAnswered() throws Exception {
        try (var http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (int i = 0; i < ROUNDS; i++) {
                var refused = http.send(
                        request("/chat/1/message")
                                .POST(BodyPublishers.ofString("{\"contents\":\"hello\"}"))
                                .build(),
                        BodyHandlers.ofString());
                var answered = http.send(request("/actuator/health").GET().build(), BodyHandlers.ofString());

                assertThat(refused.statusCode()).isEqualTo(401);
                assertThat(answered.statusCode()).isEqualTo(200);
            }
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(10));
    }
}
