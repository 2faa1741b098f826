package koine.protocol.matcha.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import koine.testing.Node;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// The clients that people use, in Node.
class NodeClientsTest {

    private static EchoServer server;

    @BeforeAll
    static void start() {
        server = EchoServer.patient();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                4 | websocket         | websocket
                4 | polling           | polling
                4 | polling,websocket | websocket
                2 | websocket         | websocket
                2 | polling           | polling
                2 | polling,websocket | websocket
                """)
    void client_eachVersionAndTransport_doesAllItCan(int version, String transports, String inUse) throws IOException {
        var seen = run(version, transports);

        assertThat(seen.path("connected").path("auth")).hasToString("[{\"token\":\"t\"}]");
        assertThat(seen.path("connected").path("id").stringValue()).isNotEmpty();
        assertThat(seen.path("transport").path("name").stringValue()).isEqualTo(inUse);
        assertThat(seen.path("ack").path("answer").path(0).intValue()).isEqualTo(1);
        assertThat(seen.path("texts").path("same").booleanValue()).isTrue();
        assertThat(seen.path("large").path("same").booleanValue()).isTrue();
        assertThat(seen.path("answered").path("answer")).hasToString("[\"because why\"]");
        assertThat(seen.path("numbers").path("inOrder").booleanValue()).isTrue();
        assertThat(seen.path("binary").path("error").path("event").stringValue())
                .isEqualTo("message");
        assertThat(seen.path("binary").path("still")).hasToString("[\"here\"]");
        assertThat(seen.path("reconnected").path("answer")).hasToString("[\"again\"]");
        assertThat(seen.path("kicked").path("reason").stringValue()).isEqualTo("io server disconnect");
        assertThat(seen.path("refused").path("error").stringValue()).isEqualTo("Not authorized");
    }

    private static JsonNode run(int version, String transports) throws IOException {
        return Node.run(
                "clients.js",
                Integer.toString(version),
                transports,
                "http://localhost:" + server.port() + "/api/socket",
                "/socket.io/");
    }
}
