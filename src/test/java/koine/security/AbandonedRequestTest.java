package koine.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import koine.testing.Api;
import koine.testing.KoineTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import reactor.netty.channel.AbortedException;

/// Who hangs up in the middle of a request is no fault of the service's: a stranger could otherwise fill its log.
@KoineTest
class AbandonedRequestTest {

    @LocalServerPort
    private int port;

    @ParameterizedTest
    @ValueSource(strings = {"POST /login", "POST /register", "POST /media", "POST /chat/1/message", "GET /user/me"})
    void request_thatIsCutOffInItsBody_isNoErrorInTheLog(String call) throws Exception {
        var token = token(call);
        try (var faults = new Faults()) {
            for (int i = 0; i < 5; i++) {
                begin(call, token, i % 2 == 0);
            }

            await().during(Duration.ofMillis(500)).until(() -> isQuiet(faults));
        }
        assertThat(new Api(port).get("/user/me", token).ok().has("id")).isTrue();
    }

    /// Faults of tests that run beside this one are theirs.
    private static boolean isQuiet(Faults faults) {
        return faults.logged().stream().noneMatch(fault -> fault.contains(AbortedException.class.getName()));
    }

    private String token(String call) {
        var name = "hangs-up-" + call.replaceAll("\\W+", "-").toLowerCase(Locale.ROOT);
        return new Api(port)
                .post("/register", null, Map.of("username", name, "password", "secret"))
                .ok()
                .path("access_token")
                .stringValue();
    }

    /// @param hard by a reset, as a phone does that loses its network, and not in good order
    private void begin(String call, String token, boolean hard) throws IOException, InterruptedException {
        try (var socket = new Socket("localhost", port)) {
            if (hard) {
                socket.setSoLinger(true, 0);
            }
            socket.getOutputStream().write("""
                            %s HTTP/1.1\r
                            Host: localhost\r
                            Authorization: Bearer %s\r
                            Content-Type: application/json\r
                            Content-Length: 1000\r
                            \r
                            {"username":""".formatted(call, token).getBytes(StandardCharsets.UTF_8));
            Thread.sleep(100); // until it is being read
        }
    }
}
