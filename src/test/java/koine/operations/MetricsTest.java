package koine.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import koine.docs.Page;
import koine.testing.Api;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.json.JsonMapper;

/// What Prometheus is told after a small talk, and what is told to nobody else.
@KoineTest
@TestPropertySource(properties = "management.server.port=0")
class MetricsTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String PAGE = "docs/operations.md";

    /// All that a metric of ours may be told apart by: none of them grows with what people do.
    private static final Set<String> LABELS = Set.of("le", "result", "progress", "reason", "protocol", "code", "limit");

    private static final Pattern METRIC = Pattern.compile("\\b([a-z][a-z0-9]*_[a-z0-9_]+)\\{");

    @LocalServerPort
    private int port;

    @LocalManagementPort
    private int managementPort;

    @Autowired
    private ApplicationContext context;

    private Api api;
    private Api.User ann;
    private Api.User bob;
    private long chat;

    @BeforeEach
    void talk() {
        api = new Api(port);
        var people = new People(context);
        ann = people.one("annmetrics");
        bob = people.one("bobmetrics");
        chat = api.privateChat(ann, bob);
    }

    @Test
    void exposition_ownMetrics_areThoseOfThePage() {
        say("hello");

        var listed = page().filter(name -> name.startsWith("koine_")).collect(Collectors.toCollection(TreeSet::new));

        var exposed = scrape().ownMetrics();

        assertThat(listed).containsExactlyElementsOf(exposed);
    }

    @Test
    void exposition_metricsOfOthers_thatThePageNames_areThere() {
        var names = namesAfterATalk();

        assertThat(page().filter(name -> !name.startsWith("koine_")))
                .hasSizeGreaterThan(3)
                .allSatisfy(name -> assertThat(names).anyMatch(sample -> sample.startsWith(name)));
    }

    @Test
    void exposition_labels_areBoundedAndNameNobody() {
        say("somethingsaid");
        var text = scrape().text();

        assertThat(scrape().ownLabels()).isSubsetOf(LABELS);
        assertThat(text)
                .doesNotContain(ann.username(), bob.username(), "somethingsaid", "/chat/" + chat)
                .contains("uri=\"/chat/{id}/message\"");
    }

    @Test
    void exposition_send_isCountedOnceWithItsBatchAndItsEvents() {
        try (var socket = EventClient.live(port, bob.token())) {
            var before = scrape();
            say("hello");
            socket.await("message");
            var after = scrape();

            assertThat(after.sum("koine_message_sends_total", "result=\"stored\"")
                            - before.sum("koine_message_sends_total", "result=\"stored\""))
                    .isEqualTo(1);
            assertThat(rise("koine_message_batch_size_count", before, after)).isEqualTo(1);
            assertThat(rise("koine_message_commit_seconds_count", before, after))
                    .isEqualTo(1);
            assertThat(rise("koine_log_events_total", before, after)).isEqualTo(1);
            assertThat(rise("koine_delivery_events_total", before, after)).isEqualTo(1);
            assertThat(after.sum("koine_delivery_connections", "progress=\"live\""))
                    .isEqualTo(1);
        }
        await().until(() -> scrape().sum("koine_delivery_connections") == 0);
    }

    @Test
    void exposition_refusalsResumesAndResets_areCounted() {
        var before = scrape();
        api.get("/chat/999999999/messages", ann.token());
        api.get("/sync?since=0000-5", ann.token());
        try (var socket = EventClient.live(port, ann.token())) {
            socket.send(Map.of("type", "nothing"));
            socket.await("error");
        }
        var after = scrape();

        assertThat(rise("koine_protocol_errors_total", before, after)).isEqualTo(2);
        assertThat(after.sum("koine_protocol_errors_total", "protocol=\"native\"", "code=\"chat_does_not_exist\""))
                .isPositive();
        assertThat(after.sum("koine_protocol_errors_total", "protocol=\"native\"", "code=\"invalid_request\""))
                .isPositive();
        assertThat(rise("koine_protocol_resets_total", before, after)).isEqualTo(1);
        assertThat(rise("koine_delivery_resumes_total", before, after)).isEqualTo(1);
    }

    @Test
    void dashboard_everyMetricItShows_isThere() throws IOException {
        var names = namesAfterATalk();

        assertThat(dashboard())
                .hasSizeGreaterThan(20)
                .allSatisfy(metric -> assertThat(names).contains(metric));
    }

    @Test
    void readiness_whenGoingDown_turnsAndLivenessDoesNot() {
        AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
        try {
            assertThat(api.get("/actuator/health/readiness", null).status()).isEqualTo(503);
            assertThat(api.get("/actuator/health/liveness", null).status()).isEqualTo(200);
        } finally {
            AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
        }
    }

    @Test
    void sbom_ofTheBuild_namesTheParts() {
        assertThat(manage("/actuator/sbom/application").body())
                .contains("CycloneDX", "r2dbc-postgresql", "bcprov-jdk18on", "netty-handler");
    }

    @Test
    void healthCheck_ofTheContainer_asksTheService() throws IOException {
        assertThat(HealthCheck.isWell(port)).isTrue();
        try (var silent = new ServerSocket(0)) {
            silent.close();
            assertThat(HealthCheck.isWell(silent.getLocalPort())).isFalse();
        }
        assertThat(HealthCheck.port(Map.of())).isEqualTo(8080);
        assertThat(HealthCheck.port(Map.of("SERVER_PORT", "80"))).isEqualTo(80);
    }

    @Test
    void publicPort_health_saysTheWordAlone() {
        assertThat(api.get("/actuator/health", null).ok()).hasToString("{\"status\":\"UP\"}");
        assertThat(api.get("/actuator/health/liveness", null).ok()).hasToString("{\"status\":\"UP\"}");
        assertThat(api.get("/actuator/health/readiness", null).ok()).hasToString("{\"status\":\"UP\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/actuator", "/actuator/prometheus", "/actuator/sbom", "/actuator/env", "/actuator/health/r2dbc"
            })
    void publicPort_everythingElse_isNotThere(String path) {
        assertThat(api.get(path, null).status()).isEqualTo(404);
        assertThat(api.get(path, ann.token()).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator/env",
                "/actuator/heapdump",
                "/actuator/loggers",
                "/actuator/beans",
                "/actuator/shutdown"
            })
    void managementPort_whatCouldTellSecrets_isNotThere(String path) {
        assertThat(manage(path).statusCode()).isEqualTo(404);
    }

    /// Not even to somebody who may.
    @ParameterizedTest
    @ValueSource(strings = {"/user/me", "/chat/1/messages", "/"})
    void managementPort_theServiceItself_isNotThere(String path) {
        assertThat(new Api(managementPort).get(path, ann.token()).status()).isEqualTo(404);
    }

    @Test
    void managementPort_health_isThere() {
        assertThat(manage("/actuator/health").body()).contains("\"status\":\"UP\"");
        assertThat(manage("/actuator/health/readiness").statusCode()).isEqualTo(200);
    }

    /// A collection has its metric once there has been one.
    private Set<String> namesAfterATalk() {
        say("hello");
        System.gc();
        await().until(() -> scrape().names().contains("jvm_gc_pause_seconds_sum"));
        return scrape().names();
    }

    private void say(String words) {
        api.post("/chat/" + chat + "/message", ann.token(), Map.of("contents", words))
                .ok();
    }

    private static double rise(String name, Exposition before, Exposition after) {
        return after.sum(name) - before.sum(name);
    }

    /// The metrics that the page describes.
    private static Stream<String> page() {
        return Page.read(PAGE)
                .between("## Metrics", "## Logs")
                .rows()
                .map(List::getFirst)
                .filter(name -> name.matches("[a-z0-9]+(_[a-z0-9]+)+"));
    }

    /// Every name of a metric in an expression of the dashboard.
    private static Set<String> dashboard() throws IOException {
        var board = JsonMapper.shared().readTree(Files.readString(Path.of("ops/grafana/dashboards/koine.json")));
        return board.findValues("expr").stream()
                .flatMap(expression -> METRIC.matcher(expression.stringValue()).results())
                .map(metric -> metric.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Exposition scrape() {
        return new Exposition(manage("/actuator/prometheus").body());
    }

    private HttpResponse<String> manage(String path) {
        try {
            var request = HttpRequest.newBuilder(URI.create("http://localhost:" + managementPort + path))
                    .build();
            return HTTP.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
