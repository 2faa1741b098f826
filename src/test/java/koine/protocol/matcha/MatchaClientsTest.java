package koine.protocol.matcha;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import koine.testing.Api;
import koine.testing.Api.User;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import koine.testing.Node;
import koine.testing.People;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import tools.jackson.databind.JsonNode;

/// The clients that people use, in company with somebody who speaks the native protocol.
@KoineTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MatchaClientsTest {

    @LocalServerPort
    private int port;

    @Autowired
    private ApplicationContext service;

    private Api api = new Api(0);
    private User ann = new User(0, "", "");

    @BeforeAll
    void aPassword() {
        api = new Api(port);
        ann = new People(service).oneWithPassword("node");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                4 | websocket         | websocket | /api/socket | /socket.io/
                4 | polling           | polling   |             | /api/socket
                4 | polling,websocket | websocket | /api/socket | /socket.io/
                2 | websocket         | websocket |             | /api/socket
                2 | polling           | polling   | /api/socket | /socket.io/
                2 | polling,websocket | websocket |             | /api/socket
                """)
    void client_eachVersionTransportAndAddress_talksWithANativeOne(
            int version, String transports, String inUse, @Nullable String namespace, String path) throws IOException {
        var ben = new People(service).one("native");
        var chat = api.privateChat(ben, ann);
        api.post("/chat/" + chat + "/message", ben.token(), Map.of("contents", "missed"))
                .ok();

        JsonNode seen;
        JsonNode came;
        try (var bens = EventClient.live(port, ben.token())) {
            var answered = CompletableFuture.supplyAsync(() -> likeWhoAnswers(bens, ben), Thread::startVirtualThread);
            var server = "http://localhost:" + port;
            seen = Node.run(
                    "matcha.js",
                    Integer.toString(version),
                    transports,
                    server,
                    server + (namespace == null ? "" : namespace),
                    path,
                    ann.username(),
                    People.PASSWORD);
            came = answered.join();
        }

        assertThat(seen.path("signed in").path("id").longValue()).isEqualTo(ann.id());
        assertThat(seen.path("ready").path("answer")).hasToString("[{\"message\":\"ok\"}]");
        assertThat(seen.path("ready").path("transport").stringValue()).isEqualTo(inUse);
        var missed = seen.path("missed").path("message");
        assertThat(missed.path("text").stringValue()).isEqualTo("missed");
        assertThat(missed.path("author").stringValue()).isEqualTo(ben.username());
        assertThat(missed.path("partner_id").longValue()).isEqualTo(ann.id());
        assertThat(came.path("contents").stringValue()).isEqualTo("Hello from " + version);
        assertThat(came.path("author_id").longValue()).isEqualTo(ann.id());
        assertThat(seen.path("sent").path("answer").path(0).path("message_id").longValue())
                .isEqualTo(came.path("id").longValue());
        var notification = seen.path("notified").path("notification");
        assertThat(notification.path("type").stringValue()).isEqualTo("like");
        assertThat(notification.path("author").stringValue()).isEqualTo(ben.username());
        assertThat(seen.path("refused").path("error"))
                .hasToString("{\"message\":\"chat not found\",\"event\":\"join\"}");
    }

    /// Gives the message that came; the like is emitted by a client of matcha's own.
    private JsonNode likeWhoAnswers(EventClient bens, User ben) {
        var message = bens.await("message").path("message");
        try (var liker = Matcha.of(port, ben)) {
            liker.assertDone(
                    "manage_notification", Map.of("author", ben.username(), "partner_id", ann.id(), "type", "like"));
        }
        return message;
    }
}
