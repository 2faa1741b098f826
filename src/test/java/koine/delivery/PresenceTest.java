package koine.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import koine.testing.Api;
import koine.testing.EventClient;
import koine.testing.People;
import koine.testing.QuickTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.JsonNode;

/// Here an account counts as offline 1.5 seconds after its last device vanished.
@QuickTest
class PresenceTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Autowired
    private DatabaseClient database;

    @Autowired
    private ApplicationContext context;

    @LocalServerPort
    private int port;

    private Api.User ann = new Api.User(0, "", "");
    private Api.User bob = new Api.User(0, "", "");
    private Api.User eve = new Api.User(0, "", "");

    @BeforeEach
    void people() {
        var people = new People(context).many("present", 3);
        ann = people.get(0);
        bob = people.get(1);
        eve = people.get(2);
    }

    @AfterEach
    void noGhost() {
        run("delete from server where id = 'ghost'");
    }

    @Test
    void watch_atOnce_tellsHowEachIs() {
        try (var bobs = here(bob);
                var watcher = here(ann)) {
            awaitOnline(watcher, bob);
            watch(watcher, bob, eve);

            assertThat(List.of(next(watcher), next(watcher)))
                    .anySatisfy(frame -> {
                        assertThat(frame.path("user_id").longValue()).isEqualTo(bob.id());
                        assertThat(frame.path("online").booleanValue()).isTrue();
                        assertThat(frame.path("last_active").stringValue()).endsWith("+00:00");
                    })
                    .anySatisfy(frame -> {
                        assertThat(frame.path("user_id").longValue()).isEqualTo(eve.id());
                        assertThat(frame.path("online").booleanValue()).isFalse();
                        assertThat(frame.path("last_active").isNull()).isTrue();
                    });
            assertThat(bobs.untilPong()).noneMatch(PresenceTest::isPresence);
        }
    }

    @Test
    void goodbye_ofTheLastDevice_isToldAtOnce() {
        try (var watcher = here(ann)) {
            watch(watcher, bob);
            assertThat(online(watcher)).isFalse();
            var device = here(bob);
            assertThat(online(watcher)).isTrue();
            var start = System.nanoTime();
            device.sayGoodbye();

            assertThat(online(watcher)).isFalse();
            assertThat(millisSince(start)).isLessThan(1_400);
        }
    }

    @Test
    void vanished_lastDevice_isHopedForAndThenToldOff() {
        try (var watcher = here(ann)) {
            watch(watcher, bob);
            assertThat(online(watcher)).isFalse();
            var device = here(bob);
            assertThat(online(watcher)).isTrue();
            var start = System.nanoTime();
            device.drop();

            assertThat(online(watcher)).isFalse();
            assertThat(millisSince(start)).isGreaterThan(1_400);
        }
    }

    @Test
    void vanished_backWithinTheGrace_isNotTold() {
        try (var watcher = here(ann)) {
            watch(watcher, bob);
            assertThat(online(watcher)).isFalse();
            here(bob).drop();
            assertThat(online(watcher)).isTrue();
            try (var again = here(bob)) {
                var start = System.nanoTime();
                while (millisSince(start) < 2_000) { // the grace passes: three heartbeats are about as long
                    assertThat(isPresence(watcher.next())).isFalse();
                }
                assertThat(again.untilPong()).noneMatch(PresenceTest::isPresence);
            }
        }
    }

    @Test
    void devices_twoOfOneUser_countAsOne() {
        try (var watcher = here(ann)) {
            watch(watcher, bob);
            assertThat(online(watcher)).isFalse();
            var phone = here(bob);
            assertThat(online(watcher)).isTrue();
            var laptop = here(bob);
            phone.sayGoodbye();
            assertThat(phone.awaitClosed().code()).isEqualTo(1000);
            assertThat(watcher.untilPong()).noneMatch(PresenceTest::isPresence);

            laptop.sayGoodbye();
            assertThat(online(watcher)).isFalse();
        }
    }

    @Test
    void watch_again_replacesTheList() {
        try (var watcher = here(ann);
                var unconcerned = here(eve)) {
            watch(watcher, bob);
            next(watcher);
            watch(watcher, eve);
            assertThat(next(watcher).path("user_id").longValue()).isEqualTo(eve.id());
            watch(unconcerned, eve);
            next(unconcerned);

            try (var bobs = here(bob)) {
                awaitOnline(unconcerned, bob);
                // eve's own coming may be told a second time meanwhile: only bob is no longer watched
                assertThat(watcher.untilPong())
                        .noneMatch(frame ->
                                isPresence(frame) && frame.path("user_id").longValue() == bob.id());
                assertThat(bobs.untilPong()).noneMatch(PresenceTest::isPresence);
            }
        }
    }

    @Test
    void watch_overTwoHundred_isRefusedAndTheListStays() {
        try (var watcher = here(ann)) {
            watch(watcher, bob);
            next(watcher);
            watcher.send(Map.of(
                    "type",
                    "watch",
                    "ref",
                    "w",
                    "user_ids",
                    LongStream.rangeClosed(1, 201).toArray()));
            assertThat(watcher.await("error").path("code").stringValue()).isEqualTo("INVALID_REQUEST");
            watcher.send("{\"type\":\"watch\",\"user_ids\":[0]}");
            assertThat(watcher.await("error").path("code").stringValue()).isEqualTo("INVALID_REQUEST");
            watcher.send("{\"type\":\"watch\"}");
            assertThat(watcher.await("error").path("code").stringValue()).isEqualTo("INVALID_REQUEST");

            try (var bobs = here(bob)) {
                assertThat(online(watcher)).isTrue();
                assertThat(bobs.untilPong()).noneMatch(PresenceTest::isPresence);
            }
        }
    }

    @Test
    void server_isDead_itsUsersAreOfflineWithoutAWord() {
        run("insert into server (id, seen_at) values ('ghost', now())");
        run("insert into presence (account_id, servers, last_active) values (%d, '{ghost}', now())"
                .formatted(bob.id()));
        try (var watcher = here(ann)) {
            watch(watcher, bob);
            assertThat(online(watcher)).isTrue();

            run("update server set seen_at = now() - interval '31 seconds' where id = 'ghost'");

            assertThat(watcher.await(PresenceTest::isPresence).path("online").booleanValue())
                    .isFalse();
        }
    }

    @Test
    void goodbye_ofOneWhoWasAlsoOnADeadServer_isToldAtOnce() {
        run("insert into server (id, seen_at) values ('ghost', now() - interval '31 seconds')");
        run("insert into presence (account_id, servers, last_active) values (%d, '{ghost}', now())"
                .formatted(bob.id()));
        try (var watcher = here(ann)) {
            watch(watcher, bob);
            assertThat(online(watcher)).isFalse();
            var device = here(bob);
            assertThat(online(watcher)).isTrue();

            device.sayGoodbye();

            assertThat(online(watcher)).isFalse();
        }
    }

    private EventClient here(Api.User user) {
        return EventClient.live(port, user.token());
    }

    private static void watch(EventClient client, Api.User... users) {
        client.send(Map.of(
                "type",
                "watch",
                "ref",
                "w",
                "user_ids",
                java.util.Arrays.stream(users).map(Api.User::id).toList()));
    }

    private static JsonNode next(EventClient client) {
        return client.await(PresenceTest::isPresence);
    }

    private static boolean online(EventClient client) {
        return next(client).path("online").booleanValue();
    }

    private static boolean isPresence(JsonNode frame) {
        return frame.path("type").asString("").equals("presence");
    }

    /// That somebody has come is written beside the socket: this waits for it, and leaves nobody watched.
    private void awaitOnline(EventClient client, Api.User user) {
        await().atMost(LIMIT).until(() -> {
            watch(client, user);
            return online(client);
        });
        client.send(Map.of("type", "watch", "ref", "none", "user_ids", List.of()));
        client.await(frame -> frame.path("ref").asString("").equals("none"));
    }

    private void run(String sql) {
        database.sql(sql).then().block();
    }

    private static long millisSince(long start) {
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }
}
