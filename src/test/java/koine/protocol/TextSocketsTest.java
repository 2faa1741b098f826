package koine.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import koine.delivery.Deliveries;
import koine.testing.KoineTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.socket.WebSocketMessage;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@KoineTest
class TextSocketsTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    @Autowired
    private TextSockets sockets;

    @Autowired
    private Deliveries deliveries;

    @Test
    void frame_refusedAtOnce_isNotTaken() {
        assertThat(taken(text("refuse"), text("take"), text("refuse"), text("last")))
                .containsExactly("take", "last");
    }

    @Test
    void frame_ofAnotherTypeThanText_isNotAskedAbout() {
        assertThat(taken(of(WebSocketMessage.Type.BINARY, "refuse"), text("last")))
                .containsExactly("binary", "last");
    }

    /// What a conversation was given to carry out, until it was given `last`.
    private List<String> taken(WebSocketMessage... says) {
        var conversation = new Picky();
        var session = new ScriptedSession(Flux.just(says));
        var connection = deliveries.open(new NoFrames());
        var socket = new Upgrades.Socket(session, Intake.of(DataSize.ofKilobytes(64)), new EmbeddedChannel(), () -> {});
        var served = sockets.serve(socket, connection, conversation, 1).subscribe();
        try {
            await().atMost(SOON).until(() -> conversation.taken.contains("last"));
        } finally {
            served.dispose();
            connection.close();
        }
        return conversation.taken;
    }

    private static WebSocketMessage text(String text) {
        return of(WebSocketMessage.Type.TEXT, text);
    }

    private static WebSocketMessage of(WebSocketMessage.Type type, String text) {
        return new WebSocketMessage(
                type, DefaultDataBufferFactory.sharedInstance.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /// Refuses at once what says so.
    private static final class Picky implements Conversation {

        private final List<String> taken = new CopyOnWriteArrayList<>();

        @Override
        public boolean refusesAtOnce(byte[] text) {
            return new String(text, StandardCharsets.UTF_8).equals("refuse");
        }

        @Override
        public Mono<Void> take(byte[] text) {
            return Mono.fromRunnable(() -> taken.add(new String(text, StandardCharsets.UTF_8)));
        }

        @Override
        public Mono<Void> takeBinary() {
            return Mono.fromRunnable(() -> taken.add("binary"));
        }
    }
}
