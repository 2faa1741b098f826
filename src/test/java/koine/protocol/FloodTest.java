package koine.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestPropertySource;

/// Here a socket takes twenty frames, and then one in a second.
@KoineTest
@TestPropertySource(
        properties = {"koine.limits.enabled=true", "koine.limits.frames.burst=20", "koine.limits.frames.per-second=1"})
class FloodTest {

    private static final int BURST = 20;
    private static final EventClient.Closed TOO_MANY = new EventClient.Closed(4429, "too many frames");

    @Autowired
    private ApplicationContext context;

    @LocalServerPort
    private int port;

    @Test
    void frames_moreThanASocketTakes_closeIt() {
        try (var socket =
                EventClient.live(port, new People(context).one("flood").token())) {
            send(socket, 2 * BURST, "{\"type\":\"nonsense\"}");

            assertThat(socket.awaitClosed()).isEqualTo(TOO_MANY);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/pymessage"})
    void frames_ofStrangers_closeTheSocketToo(String path) {
        try (var socket = EventClient.open(port, path, Map.of(), List.of())) {
            send(socket, 2 * BURST, "{}");

            assertThat(socket.awaitClosed()).isEqualTo(TOO_MANY);
        }
    }

    @Test
    void frames_asManyAsASocketTakes_areAllAnswered() {
        try (var socket = EventClient.live(port, new People(context).one("calm").token())) {
            IntStream.range(0, BURST - 1).forEach(i -> {
                socket.send("{\"type\":\"nonsense\"}");
                socket.await("error");
            });
        }
    }

    private static void send(EventClient socket, int times, String frame) {
        IntStream.range(0, times).forEach(_ -> socket.send(frame));
    }
}
