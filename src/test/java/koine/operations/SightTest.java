package koine.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import koine.testing.Api;
import koine.testing.ServiceProcess;
import koine.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What those see who run the real service: one start for all of it, since a start takes seconds.
class SightTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String WORDS = "nobody-else-reads-this";
    private static final String PASSWORD = "a-password-of-mine";

    @TempDir
    private Path data;

    private final List<Spans.Span> spans = new CopyOnWriteArrayList<>();

    @Test
    void service_thatIsUpAndUsed_showsWhereItIsWhatItDoesAndNoSecrets() throws Exception {
        var database = TestDatabase.fresh();
        var collector = collector();
        try (var management = new ServerSocket(0)) {
            management.close();
            var settings = new String[] {
                "spring.r2dbc.url=" + database.r2dbcUrl(),
                "spring.r2dbc.username=" + database.username(),
                "spring.r2dbc.password=" + database.password(),
                "management.server.port=" + management.getLocalPort(),
                "logging.structured.format.console=ecs",
                "koine.tracing.endpoint=http://localhost:"
                        + collector.getAddress().getPort() + "/v1/traces",
                "koine.tracing.sampled=1",
                "management.opentelemetry.tracing.export.schedule-delay=50ms"
            };
            try (var service = ServiceProcess.start(data, settings)) {
                var token = talk(new Api(service.port()));
                await().atMost(Duration.ofSeconds(20))
                        .until(() ->
                                spans.stream().anyMatch(span -> span.name().equals("http post /chat/{id}/message")));
                var log = lines(service);

                assertThat(announcement(log))
                        .contains("http://localhost:" + service.port() + "/")
                        .contains("http://localhost:" + management.getLocalPort() + "/actuator/prometheus")
                        .contains(database.host() + ":" + database.port() + "/" + database.database())
                        .contains(data.resolve("media").toString())
                        .doesNotContain(database.password().isEmpty() ? "password=" : database.password());
                assertThat(log).anyMatch(line -> line.toString().contains(TRACE));
                assertThat(service.log()).doesNotContain(WORDS, PASSWORD, token);
                assertCommitIsPartOfTheCall();
                assertThat(HealthCheck.isWell(service.port())).isTrue();
                assertThat(service.terminate()).isEqualTo(143);
            }
        } finally {
            collector.stop(0);
        }
    }

    /// Gives a token.
    private static String talk(Api api) {
        var ann = api.post("/register", null, Map.of("username", "ann", "password", PASSWORD))
                .ok();
        var bob = api.post(
                        "/register", null, Map.of("username", "bob", "email", "bob@example.com", "password", PASSWORD))
                .ok();
        var token = ann.path("access_token").stringValue();
        var bobs = api.get("/user/me", bob.path("access_token").stringValue())
                .ok()
                .path("id")
                .longValue();
        var chat = api.post("/chat/private/create", token, Map.of("with_user_id", bobs))
                .ok()
                .path("id");
        var traced = Map.of("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01");
        api.call("POST", "/chat/" + chat + "/message", token, Map.of("contents", WORDS), traced)
                .ok();
        api.call("POST", "/password/forgot", null, Map.of("email", "bob@example.com"), traced);
        return token;
    }

    private void assertCommitIsPartOfTheCall() {
        var ours = spans.stream().filter(span -> span.trace().equals(TRACE)).toList();
        var call = ours.stream()
                .filter(span -> span.name().contains("/message"))
                .findFirst()
                .orElseThrow();
        assertThat(ours)
                .filteredOn(span -> span.name().equals("message commit"))
                .singleElement()
                .satisfies(span -> assertThat(span.parent()).isEqualTo(call.id()));
        assertThat(call.parent()).isEqualTo("00f067aa0ba902b7");
    }

    /// Every line, each of which must be JSON.
    private static List<JsonNode> lines(ServiceProcess service) {
        return service.log()
                .lines()
                .map(line -> JsonMapper.shared().readTree(line))
                .toList();
    }

    private static String announcement(List<JsonNode> log) {
        return log.stream()
                .map(line -> line.path("message").asString())
                .filter(message -> message.startsWith("Koine is up."))
                .findFirst()
                .orElseThrow();
    }

    private HttpServer collector() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", this::take);
        server.start();
        return server;
    }

    private void take(HttpExchange call) throws IOException {
        spans.addAll(Spans.of(call.getRequestBody().readAllBytes()));
        call.getResponseHeaders().add("Content-Type", "application/x-protobuf");
        call.sendResponseHeaders(200, -1);
        call.close();
    }
}
