package koine.protocol.matcha;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import koine.protocol.CloseCodes;
import koine.testing.Api.User;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import tools.jackson.databind.json.JsonMapper;

/// More at once than 1 MB, which is 1,048,576 bytes.
@KoineTest
class MatchaLimitsTest {

    private static final int MOST = 1 << 20;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @Autowired
    private ApplicationContext service;

    @ParameterizedTest
    @EnumSource
    void frame_overOneMegabyte_closesTheSocket(Matcha.Address address) {
        var ann = new People(service).one("large");
        try (var socket = Matcha.open(port, address, "&token=" + ann.token(), Map.of(), "")) {
            socket.assertRefused("text: must have 1 to 2047 characters", "message", said(ann, MOST - 200));

            socket.emitInVain("message", said(ann, MOST));

            socket.assertClosed(CloseCodes.FRAME_TOO_LARGE.getCode());
        }
    }

    @ParameterizedTest
    @EnumSource
    void poll_overOneMegabyte_is413AndEndsTheSession(Matcha.Address address) throws Exception {
        var opened = ask(poll(address, "").GET()).body();
        var sid = "&sid="
                + JsonMapper.shared().readTree(opened.substring(1)).path("sid").stringValue();

        assertThat(ask(poll(address, sid).POST(packet(MOST))).statusCode()).isEqualTo(200);
        assertThat(ask(poll(address, sid).POST(packet(MOST + 1))).statusCode()).isEqualTo(413);
        assertThat(ask(poll(address, sid).GET()).statusCode()).isEqualTo(400);
    }

    private static Map<String, Object> said(User author, int length) {
        return Map.of("author", author.username(), "partner_id", 1, "text", "x".repeat(length));
    }

    /// A pong of so many bytes, which nobody asked for.
    private static HttpRequest.BodyPublisher packet(int length) {
        return BodyPublishers.ofString("3" + "x".repeat(length - 1));
    }

    private HttpRequest.Builder poll(Matcha.Address address, String query) {
        var uri = "http://localhost:" + port + address.path() + "?EIO=4&transport=polling" + query;
        return HttpRequest.newBuilder(URI.create(uri)).timeout(Duration.ofSeconds(10));
    }

    private static HttpResponse<String> ask(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }
}
