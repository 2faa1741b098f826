package koine.cluster;

import static koine.cluster.TwoServers.get;
import static koine.cluster.TwoServers.send;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import koine.auth.Tokens;
import koine.kernel.AccountId;
import koine.log.Signal.SessionEnded;
import koine.log.Signals;
import koine.testing.Api;
import koine.testing.EventClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What is not stored reaches those who are connected to the other server as well.
class SignalsAcrossServersTest {

    private final TwoServers servers = TwoServers.running();
    private Api.User ann = new Api.User(0, "", "");
    private Api.User bob = new Api.User(0, "", "");
    private long chat;

    @BeforeEach
    void chat() {
        ann = servers.one().people().one("ann");
        bob = servers.two().people().one("bob");
        chat = servers.one().api().privateChat(ann, bob);
    }

    @Test
    void typing_onOneServer_isToldOnTheOther() {
        try (var there = servers.two().live(bob)) {
            servers.one()
                    .api()
                    .post("/chat/" + chat + "/typing", ann.token(), Map.of())
                    .ok();

            assertThat(there.await("typing"))
                    .isEqualTo(json("{\"type\":\"typing\",\"chat_id\":%d,\"user_id\":%d}".formatted(chat, ann.id())));
        }
    }

    @Test
    void receipt_onOneServer_isToldOnTheOther() {
        send(servers.one(), ann, chat, "one");
        try (var there = servers.two().live(ann)) {
            servers.one()
                    .api()
                    .post("/chat/" + chat + "/read", bob.token(), Map.of("seq", 1))
                    .ok();

            var receipt = there.await("receipt");
            assertThat(receipt.path("user_id").longValue()).isEqualTo(bob.id());
            assertThat(receipt.path("read").longValue()).isEqualTo(1);
        }
    }

    @Test
    void sessionEnded_onOneServer_closesItsSocketsOnBothAndNoOthers() {
        var secondDevice = servers.one().people().onAnotherDevice(bob);
        try (var here = EventClient.live(servers.one().port(), bob.token());
                var there = EventClient.live(servers.two().port(), bob.token());
                var other = EventClient.live(servers.two().port(), secondDevice.token())) {
            var session =
                    get(servers.one().bean(Tokens.class).verify(bob.token())).session();
            var start = System.nanoTime();
            servers.one().bean(Signals.class).send(new SessionEnded(new AccountId(bob.id()), session));

            assertThat(there.awaitClosed().code()).isEqualTo(4401);
            assertThat(here.awaitClosed().code()).isEqualTo(4401);
            assertThat((System.nanoTime() - start) / 1_000_000)
                    .as("milliseconds")
                    .isLessThan(3_000);
            assertThat(other.untilPong()).isEmpty();
        }
    }

    @Test
    void logout_onOneServer_isKnownOnTheOther() {
        try (var there = servers.two().live(bob)) {
            servers.one().api().post("/logout", bob.token(), Map.of()).ok();

            assertThat(there.awaitClosed().code()).isEqualTo(4401);
            assertThat(servers.two().api().get("/user/me", bob.token()).status())
                    .isEqualTo(401);
        }
    }

    @Test
    void presence_devicesOnTwoServers_areOneUser() {
        try (var watcher = servers.two().live(ann)) {
            watcher.send(Map.of("type", "watch", "ref", "w", "user_ids", List.of(bob.id())));
            assertThat(online(watcher)).isFalse();

            var one = EventClient.open(servers.one().port(), bob.token());
            assertThat(online(watcher)).isTrue();
            var two = EventClient.open(servers.two().port(), bob.token());
            two.await("hello");
            one.await("hello");
            one.sayGoodbye();
            awaitLeft(one);
            two.sayGoodbye();

            // while one is left it may be said again that it is there, but not that it is gone
            var last = watcher.await(
                    frame -> isPresence(frame) && !frame.path("online").booleanValue());
            assertThat(last.path("last_active").stringValue()).isNotEmpty();
            assertThat(two.awaitClosed().code()).isEqualTo(1000);
        }
    }

    private static void awaitLeft(EventClient client) {
        assertThat(client.awaitClosed().code()).isEqualTo(1000);
    }

    private static boolean online(EventClient watcher) {
        return watcher.await(SignalsAcrossServersTest::isPresence)
                .path("online")
                .booleanValue();
    }

    private static boolean isPresence(JsonNode frame) {
        return frame.path("type").asString("").equals("presence");
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }
}
