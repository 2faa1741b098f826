package koine.protocol.uchat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import koine.testing.Api;
import koine.testing.People;
import koine.testing.QuickTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.r2dbc.core.DatabaseClient;

/// Histories that take longer than a silent client is waited for: with a heartbeat of a second.
@QuickTest
class UchatPaceTest {

    private static final int COUNT = 12_000;

    @LocalServerPort
    private int port;

    @Autowired
    private BeanFactory service;

    @Autowired
    private DatabaseClient database;

    /// No answer to a ping is read meanwhile.
    @Test
    void readAll_forLongerThanTwoBeats_keepsTheSocketOpen() {
        var api = new Api(port);
        var people = new People(service);
        var ann = people.one("ann");
        var ben = people.oneWithPassword("ben");
        var room = api.privateChat(ann, ben);
        Histories.fill(database, room, ann, COUNT);
        var reader = new SlowReader();
        var socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://localhost:" + port + "/uchat"), reader)
                .join();
        socket.sendText(
                        "{\"type\":\"REQUEST_LOGIN\",\"login\":\"%s\",\"pass\":\"secret\"}".formatted(ben.username()),
                        true)
                .join();

        socket.sendText("{\"type\":\"READ_MSG\",\"read\":\"ALL\",\"room_id\":" + room + "}", true)
                .join();
        await().pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    socket.request(20);
                    return reader.closed.isDone() || reader.frames.get() == COUNT + 2;
                });

        assertThat(reader.closed).isNotDone();
        socket.abort();
    }

    /// Takes what it is told to.
    private static final class SlowReader implements WebSocket.Listener {

        private final AtomicInteger frames = new AtomicInteger();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();

        @Override
        public void onOpen(WebSocket opened) {}

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            if (last) {
                frames.incrementAndGet();
            }
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(code);
            return CompletableFuture.completedFuture(null);
        }
    }
}
