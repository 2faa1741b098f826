package koine.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import koine.testing.Api;
import koine.testing.EventClient;
import koine.testing.People;
import koine.testing.QuickTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/// Here a beat is a second.
@QuickTest
class HeartbeatTest {

    @Autowired
    private ApplicationContext context;

    @Autowired
    private MeterRegistry meters;

    @LocalServerPort
    private int port;

    private Api api = new Api(0);
    private Api.User ann = new Api.User(0, "", "");
    private Api.User bob = new Api.User(0, "", "");
    private long chat;

    @BeforeEach
    void chat() {
        api = new Api(port);
        var both = new People(context).many("beat", 2);
        ann = both.getFirst();
        bob = both.getLast();
        chat = api.privateChat(ann, bob);
    }

    @Test
    void hello_always_saysHowOftenBeatsCome() {
        try (var socket = EventClient.open(port, bob.token())) {
            assertThat(socket.await("hello").path("heartbeat_s").asInt()).isEqualTo(1);
        }
    }

    @Test
    void heartbeat_whileEventsCome_isACursorFromWhichNothingIsMissedOrRepeated() throws InterruptedException {
        var sending = new AtomicBoolean(true);
        var sent = new AtomicInteger();
        var sender = Thread.ofVirtual().start(() -> {
            while (sending.get()) {
                send(Integer.toString(sent.incrementAndGet()));
            }
        });
        var last = 0;
        String cursor;
        try (var socket = EventClient.live(port, bob.token())) {
            var beats = 0;
            do {
                var frame = socket.next();
                cursor = frame.path("cursor").asString("");
                beats += frame.path("type").asString("").equals("heartbeat") ? 1 : 0;
                last = Math.max(last, frame.path("seq").asInt(0));
            } while (beats < 2);
        }
        sending.set(false);
        sender.join();

        var seqs = new ArrayList<Integer>();
        try (var socket = EventClient.open(port, bob.token())) {
            socket.send(Map.of("type", "resume", "since", cursor));
            for (var frame = socket.next(); !frame.path("type").asString("").equals("synced"); frame = socket.next()) {
                if (frame.path("type").asString("").equals("message")) {
                    seqs.add(frame.path("seq").asInt());
                }
            }
        }
        assertThat(last).isPositive();
        assertThat(seqs).hasSize(sent.get() - last);
        if (!seqs.isEmpty()) {
            assertThat(seqs).startsWith(last + 1).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void heartbeat_quiet_isTheHeadOfTheLogAndGoesToThoseWhoFollowOnly() {
        try (var socket = SilentPeer.open(port, bob.token());
                var follower = EventClient.live(port, bob.token())) {
            var strangers = api.privateChat(ann, new People(context).one("stranger"));
            api.post("/chat/" + strangers + "/message", ann.token(), Map.of("contents", "x"))
                    .ok();
            var head = api.get("/sync", bob.token()).ok().path("cursor").stringValue();

            // what does not concern one moves one's cursor all the same
            follower.await(frame -> frame.path("type").asString("").equals("heartbeat")
                    && frame.path("cursor").asString().equals(head));
            socket.await("hello"); // a ping may have come before it
            assertThat(socket.next().orElseThrow().opcode()).isEqualTo(SilentPeer.PING);
        }
    }

    @Test
    void silent_peerThatAnswersNoPing_isClosedAfterTwoBeats() {
        try (var socket = SilentPeer.live(port, bob.token())) {
            var start = System.nanoTime();
            var pings = 0;
            for (var frame = socket.next(); frame.isPresent(); frame = socket.next()) {
                pings += frame.get().opcode() == SilentPeer.PING ? 1 : 0;
                if (frame.get().opcode() == SilentPeer.CLOSE) {
                    assertThat(frame.get().closeCode()).isEqualTo(4408);
                    assertThat(socket.next()).as("after the close frame").isEmpty();
                }
            }
            assertThat(pings).isBetween(2, 3);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(1_500), Duration.ofSeconds(8));
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> meters.get("koine.delivery.connections").gauges().stream()
                            .allMatch(gauge -> gauge.value() == 0));
        }
    }

    @Test
    void silent_peerThatAnswersPings_stays() {
        try (var socket = SilentPeer.live(port, bob.token())) {
            for (int pings = 0; pings < 4; ) {
                if (socket.next().orElseThrow().opcode() == SilentPeer.PING) {
                    pings++;
                    socket.pong();
                }
            }
            socket.send("{\"type\":\"ping\"}");
            assertThat(socket.await("pong").opcode()).isEqualTo(SilentPeer.TEXT);
        }
    }

    private void send(String contents) {
        api.post("/chat/" + chat + "/message", ann.token(), Map.of("contents", contents))
                .ok();
    }
}
