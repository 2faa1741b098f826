package koine.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import koine.testing.Api;
import koine.testing.Api.User;
import koine.testing.EventClient;
import koine.testing.People;
import koine.testing.QuickTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import tools.jackson.databind.JsonNode;

/// Two with a block between them look to one another as somebody who has never come.
@QuickTest
class BlockedPresenceTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Autowired
    private ApplicationContext context;

    @LocalServerPort
    private int port;

    private final List<EventClient> clients = new ArrayList<>();
    private Api api = new Api(0);
    private User ann = new User(0, "", "");
    private User bob = new User(0, "", "");
    private User eve = new User(0, "", "");

    @BeforeEach
    void people() {
        api = new Api(port);
        var people = new People(context).many("hidden", 3);
        ann = people.get(0);
        bob = people.get(1);
        eve = people.get(2);
    }

    @AfterEach
    void closeAll() {
        clients.forEach(EventClient::close);
    }

    @Test
    void watch_withABlock_showsNeitherOfTheTwo() {
        var anns = here(ann);
        var bobs = here(bob);
        var eves = here(eve);
        awaitOnline(eves, ann);
        awaitOnline(eves, bob);
        block(ann, bob);

        assertNeverThere(watch(anns, bob), bob);
        assertNeverThere(watch(bobs, ann), ann);
        assertThat(watch(eves, ann).path("online").booleanValue()).isTrue();
    }

    @Test
    void block_ofSomebodyWatched_hidesThemFromThenOn() {
        var bobs = here(bob);
        var eves = here(eve);
        var anns = here(ann);
        awaitOnline(bobs, ann);
        awaitOnline(eves, ann);
        awaitOnline(anns, bob);

        block(ann, bob);
        assertNeverThere(next(bobs), ann);
        assertNeverThere(next(anns), bob);

        anns.sayGoodbye();
        assertThat(next(eves).path("online").booleanValue()).isFalse();
        here(ann);
        assertThat(next(eves).path("online").booleanValue()).isTrue();
        assertThat(presences(bobs)).isEmpty();
    }

    @Test
    void block_byTheOneWhoWatches_hidesTheOther() {
        var bobs = here(bob);
        var eves = here(eve);
        var anns = here(ann);
        awaitOnline(bobs, ann);
        awaitOnline(eves, ann);

        block(bob, ann);
        assertNeverThere(next(bobs), ann);

        anns.sayGoodbye();
        assertThat(next(eves).path("online").booleanValue()).isFalse();
        assertThat(presences(bobs)).isEmpty();
    }

    @Test
    void unblock_ofSomebodyWatched_showsThemAgain() {
        here(ann);
        var bobs = here(bob);
        awaitOnline(bobs, ann);
        block(ann, bob);
        assertNeverThere(next(bobs), ann);

        unblock(ann, bob);

        assertThat(next(bobs).path("online").booleanValue()).isTrue();
    }

    @Test
    void unblock_whileTheOtherBlocks_showsNobody() {
        here(ann);
        var bobs = here(bob);
        awaitOnline(bobs, ann);
        block(ann, bob);
        block(bob, ann);
        assertNeverThere(next(bobs), ann);

        unblock(ann, bob);
        assertThat(presences(bobs)).isEmpty();
        assertNeverThere(watch(bobs, ann), ann);

        unblock(bob, ann);
        assertThat(next(bobs).path("online").booleanValue()).isTrue();
    }

    private void block(User by, User other) {
        api.post("/block", by.token(), Map.of("user_id", other.id())).ok();
    }

    private void unblock(User by, User other) {
        api.call("DELETE", "/block/" + other.id(), by.token(), null, Map.of()).ok();
    }

    private EventClient here(User user) {
        var client = EventClient.live(port, user.token());
        clients.add(client);
        return client;
    }

    /// The first that is shown of the one who is watched from now on.
    private static JsonNode watch(EventClient client, User user) {
        client.send(Map.of("type", "watch", "user_ids", List.of(user.id())));
        return client.await(frame -> isPresence(frame) && frame.path("user_id").longValue() == user.id());
    }

    /// That somebody has come is written beside the socket: this waits for it, and goes on watching.
    private static void awaitOnline(EventClient client, User user) {
        await().atMost(LIMIT).until(() -> watch(client, user).path("online").booleanValue());
    }

    private static JsonNode next(EventClient client) {
        return client.await(BlockedPresenceTest::isPresence);
    }

    private static Stream<JsonNode> presences(EventClient client) {
        return client.untilPong().stream().filter(BlockedPresenceTest::isPresence);
    }

    private static boolean isPresence(JsonNode frame) {
        return frame.path("type").asString("").equals("presence");
    }

    private static void assertNeverThere(JsonNode presence, User user) {
        assertThat(presence)
                .hasToString("{\"type\":\"presence\",\"user_id\":%d,\"online\":false,\"last_active\":null}"
                        .formatted(user.id()));
    }
}
