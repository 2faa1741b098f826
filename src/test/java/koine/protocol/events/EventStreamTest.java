package koine.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import koine.testing.Api;
import koine.testing.EventClient;
import koine.testing.People;
import koine.testing.QuickTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

@QuickTest
class EventStreamTest {

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
        var both = new People(context).many("stream", 2);
        ann = both.getFirst();
        bob = both.getLast();
        chat = api.privateChat(ann, bob);
    }

    @Test
    void stream_live_isWhatTheSocketSendsByteForByte() {
        try (var stream = EventStream.open(port, bob.token());
                var socket = SilentPeer.live(port, bob.token())) {
            assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
            assertThat(stream.header("Cache-Control")).contains("no-store");
            var synced = stream.await("synced");
            assertThat(synced.id()).isEqualTo(synced.json().path("cursor").stringValue());

            send("naïve 漢字 😀 \" \\ \n\r\u2028 end");

            var event = stream.await("message");
            assertThat(event.data()).isEqualTo(socket.await("message").text());
            assertThat(event.id()).isEqualTo(event.json().path("cursor").stringValue());
            api.post("/chat/" + chat + "/typing", ann.token(), Map.of()).ok();
            var typing = stream.await("typing");
            assertThat(typing.id()).isNull();
            assertThat(typing.data()).isEqualTo(socket.await("typing").text());
        }
    }

    @Test
    void stream_lastEventId_goesOnAfterItWithoutLossOrRepeat() {
        String id;
        try (var stream = EventStream.open(port, bob.token())) {
            stream.await("synced");
            send("seen");
            id = String.valueOf(stream.await("message").id());
        }
        for (int i = 0; i < 45; i++) { // more than two pages
            send("missed " + i);
        }
        try (var stream = EventStream.from(port, bob.token(), id)) {
            var contents = new ArrayList<String>();
            for (var entry = stream.next(); !entry.type().equals("synced"); entry = stream.next()) {
                if (entry.type().equals("message")) { // and no heartbeat
                    contents.add(entry.json().path("message").path("contents").asString());
                }
            }
            assertThat(contents)
                    .hasSize(45)
                    .startsWith("missed 0")
                    .endsWith("missed 44")
                    .doesNotHaveDuplicates();
            send("live");
            assertThat(stream.await("message").json().path("seq").asInt()).isEqualTo(47);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "1", "a-b", "-1", "aaaa-99999999999999999999"})
    void stream_lastEventIdThatIsNoCursor_isRefused(String id) {
        try (var stream = EventStream.from(port, bob.token(), id)) {
            assertThat(stream.status()).isEqualTo(400);
            assertThat(stream.header("Content-Type")).startsWith("application/json");
        }
    }

    @Test
    void stream_ofAnotherEpochOrFromTheFuture_isResetAndThenLive() {
        var head = api.get("/sync", bob.token()).ok().path("cursor").stringValue();
        for (var id : List.of("ffff-1", head.replaceAll("-.*", "-999999999"))) {
            try (var stream = EventStream.from(port, bob.token(), id)) {
                var reset = stream.nextEvent();
                assertThat(reset.type()).isEqualTo("reset");
                assertThat(reset.id())
                        .isEqualTo(head)
                        .isEqualTo(reset.json().path("cursor").stringValue());
                stream.await("synced");
                send("live");
                assertThat(stream.await("message")
                                .json()
                                .path("message")
                                .path("contents")
                                .stringValue())
                        .isEqualTo("live");
            }
            head = api.get("/sync", bob.token()).ok().path("cursor").stringValue();
        }
    }

    @Test
    void stream_quiet_beatsByComments() {
        try (var stream = EventStream.open(port, bob.token())) {
            stream.await("synced");
            var comments = 0;
            for (int i = 0; i < 12 && comments < 3; i++) { // longer than a peer may be silent
                comments += stream.next().data() == null ? 1 : 0;
            }
            assertThat(comments).isEqualTo(3);
        }
    }

    @Test
    void stream_withATicket_isOpenedOnce() {
        var ticket = api.post("/ws/ticket", bob.token(), Map.of())
                .ok()
                .path("ticket")
                .stringValue();
        try (var stream = EventStream.open(port, "?ticket=" + ticket, Map.of())) {
            stream.await("synced");
        }
        try (var again = EventStream.open(port, "?ticket=" + ticket, Map.of())) {
            assertThat(again.status()).isEqualTo(401);
        }
    }

    @Test
    void stream_withoutAUsableToken_isRefused() {
        for (var headers : List.of(Map.<String, String>of(), Map.of("Authorization", "Bearer x"))) {
            try (var stream = EventStream.open(port, "", headers)) {
                assertThat(stream.status()).isEqualTo(401);
                assertThat(stream.header("WWW-Authenticate")).startsWith("Bearer");
            }
        }
        try (var stream = EventStream.open(port, "?access_token=" + bob.token(), Map.of())) {
            assertThat(stream.status()).isEqualTo(401);
        }
    }

    @Test
    void stream_sessionEnds_isEnded() {
        await().atMost(Duration.ofSeconds(20)).until(() -> connections() == 0);
        try (var stream = EventStream.open(port, bob.token())) {
            stream.await("synced");
            assertThat(connections()).isEqualTo(1);

            api.post("/logout", bob.token(), Map.of()).ok();

            await().atMost(Duration.ofSeconds(3)).until(() -> connections() == 0);
        }
    }

    @Test
    void stream_clientGoesAway_isForgotten() {
        await().atMost(Duration.ofSeconds(20)).until(() -> connections() == 0);
        var stream = EventStream.open(port, bob.token());
        stream.await("synced");
        assertThat(connections()).isEqualTo(1);

        stream.close();

        await().atMost(Duration.ofSeconds(20)).until(() -> connections() == 0);
    }

    @Test
    void socket_atTheSameTime_getsTheSameEvents() {
        try (var stream = EventStream.open(port, bob.token());
                var socket = EventClient.live(port, bob.token())) {
            stream.await("synced");
            send("both");
            assertThat(stream.await("message").json()).isEqualTo(socket.await("message"));
        }
    }

    private double connections() {
        return meters.get("koine.delivery.connections").gauges().stream()
                .mapToDouble(Gauge::value)
                .sum();
    }

    private void send(String contents) {
        api.post("/chat/" + chat + "/message", ann.token(), Map.of("contents", contents))
                .ok();
    }
}
