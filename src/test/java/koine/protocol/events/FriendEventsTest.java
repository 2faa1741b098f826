package koine.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import koine.log.Log;
import koine.testing.Api;
import koine.testing.Api.User;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import koine.testing.People;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import tools.jackson.databind.JsonNode;

/// Who is told of friendships and blocks: live, by resuming and page by page, which must all tell the same.
@KoineTest
class FriendEventsTest {

    @LocalServerPort
    private int port;

    @Autowired
    private ApplicationContext context;

    @Autowired
    private Log log;

    private final List<EventClient> clients = new ArrayList<>();
    private Api api = new Api(0);
    private User ann = new User(0, "", "");
    private User bob = new User(0, "", "");
    private User eve = new User(0, "", "");
    private String start = "";

    @BeforeEach
    void people() {
        api = new Api(port);
        var people = new People(context).many("told", 3);
        ann = people.get(0);
        bob = people.get(1);
        eve = people.get(2);
        start = Objects.requireNonNull(log.head().block()).cursor().toString();
    }

    @AfterEach
    void closeAll() {
        clients.forEach(EventClient::close);
    }

    @Test
    void request_live_tellsEveryDeviceOfTheAskedOneAndNobodyElse() {
        var phone = live(bob);
        var laptop = live(new People(context).onAnotherDevice(bob));
        var others = Stream.of(live(ann), live(eve)).toList();

        friend("request", ann, bob);

        var asked = phone.await("friend.requested");
        assertThat(asked).isEqualTo(laptop.await("friend.requested"));
        assertThat(asked.propertyNames()).containsExactly("type", "cursor", "user");
        assertThat(asked.path("user")).hasToString(shown(ann));
        assertThat(others).allSatisfy(other -> assertThat(friendEvents(other)).isEmpty());
    }

    @Test
    void accept_live_tellsBothWhoTheOtherIs() {
        var anns = live(ann);
        var bobs = live(bob);
        var eves = live(eve);

        friend("request", ann, bob);
        friend("accept", bob, ann);

        assertThat(anns.await("friend.accepted").path("user")).hasToString(shown(bob));
        assertThat(bobs.await("friend.accepted").path("user")).hasToString(shown(ann));
        assertThat(friendEvents(eves)).isEmpty();
    }

    @Test
    void requests_crossing_tellBothOfTheFriendship() {
        var anns = live(ann);
        var bobs = live(bob);

        friend("request", ann, bob);
        friend("request", bob, ann);

        assertThat(bobs.await("friend.requested").path("user")).hasToString(shown(ann));
        assertThat(bobs.await("friend.accepted").path("user")).hasToString(shown(ann));
        assertThat(anns.await("friend.accepted").path("user")).hasToString(shown(bob));
        assertThat(brief(sync(ann))).containsExactly("friend.accepted " + bob.username());
    }

    @Test
    void removals_ofEveryKind_areToldToBoth() {
        friend("request", ann, bob);
        friend("accept", bob, ann);
        unfriend(ann, bob);
        friend("request", ann, bob);
        unfriend(ann, bob);
        friend("request", ann, bob);
        friend("deny", bob, ann);

        assertThat(brief(sync(ann)))
                .containsExactly(
                        "friend.accepted " + bob.username(),
                        "friend.removed " + bob.username(),
                        "friend.removed " + bob.username(),
                        "friend.removed " + bob.username());
        assertThat(brief(sync(bob)))
                .containsExactly(
                        "friend.requested " + ann.username(),
                        "friend.accepted " + ann.username(),
                        "friend.removed " + ann.username(),
                        "friend.requested " + ann.username(),
                        "friend.removed " + ann.username(),
                        "friend.requested " + ann.username(),
                        "friend.removed " + ann.username());
        assertThat(sync(eve)).isEmpty();
    }

    @Test
    void repeated_calls_tellNothing() {
        friend("request", ann, bob);
        friend("request", ann, bob);
        friend("accept", bob, ann);
        friend("accept", bob, ann);
        friend("deny", bob, ann);
        unfriend(bob, ann);
        unfriend(bob, ann);
        friend("deny", bob, ann);

        assertThat(brief(sync(ann)))
                .containsExactly("friend.accepted " + bob.username(), "friend.removed " + bob.username());
    }

    @Test
    void resume_andPages_showTheEventsAsTheyWereLive() {
        var live = live(bob);
        var group = api.post("/chat/group/create", ann.token(), Map.of("name", "g", "with_ids", List.of(bob.id())))
                .ok();
        friend("request", ann, bob);
        api.post("/chat/" + group.path("id") + "/message", ann.token(), Map.of("contents", "between"))
                .ok();
        friend("accept", bob, ann);
        unfriend(bob, ann);
        var seen = untilPong(live);

        assertThat(seen).extracting(FriendEventsTest::type).contains("friend.requested", "message", "friend.removed");
        assertThat(sync(bob)).isEqualTo(seen);
        assertThat(inPages(bob, 1)).isEqualTo(seen);
        assertThat(resumed(bob, start)).isEqualTo(seen);
        assertThat(resumed(bob, cursor(seen.get(2)))).isEqualTo(seen.subList(3, seen.size()));
    }

    @Test
    void block_aFriend_tellsThemOnlyThatTheFriendshipIsOver() {
        friend("request", ann, bob);
        friend("accept", bob, ann);
        var anns = live(ann);
        var bobs = live(bob);

        block(ann, bob);
        assertThat(brief(untilPong(bobs))).containsExactly("friend.removed " + ann.username());
        assertThat(brief(untilPong(anns))).containsExactly("friend.removed " + bob.username());
        api.call("DELETE", "/block/" + bob.id(), ann.token(), null, Map.of()).ok();

        assertThat(untilPong(bobs)).isEmpty();
        assertThat(brief(sync(bob)))
                .containsExactly(
                        "friend.requested " + ann.username(),
                        "friend.accepted " + ann.username(),
                        "friend.removed " + ann.username());
    }

    @Test
    void block_aStranger_tellsNobodyAnything() {
        var bobs = live(bob);
        var anns = live(ann);

        block(ann, bob);

        assertThat(untilPong(bobs)).isEmpty();
        assertThat(untilPong(anns)).isEmpty();
        assertThat(sync(bob)).isEmpty();
        assertThat(sync(ann)).isEmpty();
    }

    @Test
    void block_betweenRequestAndAnswer_endsTheRequest() {
        friend("request", ann, bob);
        block(bob, ann);

        assertThat(brief(sync(ann))).containsExactly("friend.removed " + bob.username());
        assertThat(api.get("/friend/requests", bob.token()).ok()).hasToString("{\"incoming\":[],\"outgoing\":[]}");
    }

    private void friend(String what, User by, User other) {
        api.post("/friend/" + what, by.token(), Map.of("user_id", other.id())).ok();
    }

    private void unfriend(User by, User other) {
        api.call("DELETE", "/friend/" + other.id(), by.token(), null, Map.of()).ok();
    }

    private void block(User by, User other) {
        api.post("/block", by.token(), Map.of("user_id", other.id())).ok();
    }

    private EventClient live(User user) {
        var client = EventClient.live(port, user.token());
        clients.add(client);
        return client;
    }

    private List<JsonNode> resumed(User user, String since) {
        var client = EventClient.open(port, user.token());
        clients.add(client);
        client.await("hello");
        client.send(Map.of("type", "resume", "since", since));
        var events = new ArrayList<JsonNode>();
        for (var frame = client.next(); !type(frame).equals("synced"); frame = client.next()) {
            events.add(frame);
        }
        return events;
    }

    private List<JsonNode> sync(User user) {
        return page(user, start, 500).path("events").valueStream().toList();
    }

    private List<JsonNode> inPages(User user, int size) {
        var events = new ArrayList<JsonNode>();
        @Nullable JsonNode page = null;
        do {
            page = page(user, page == null ? start : page.path("cursor").stringValue(), size);
            page.path("events").forEach(events::add);
        } while (page.path("more").booleanValue());
        return events;
    }

    private JsonNode page(User user, String since, int limit) {
        return api.get("/sync?since=" + since + "&limit=" + limit, user.token()).ok();
    }

    /// What has a cursor of its own, and so is an event.
    private static List<JsonNode> untilPong(EventClient client) {
        return client.untilPong().stream()
                .filter(frame -> frame.has("cursor") && !type(frame).equals("heartbeat"))
                .toList();
    }

    private static List<JsonNode> friendEvents(EventClient client) {
        return untilPong(client).stream()
                .filter(frame -> type(frame).startsWith("friend."))
                .toList();
    }

    private static Stream<String> brief(List<JsonNode> events) {
        return events.stream()
                .filter(event -> type(event).startsWith("friend."))
                .map(event ->
                        type(event) + " " + event.path("user").path("username").stringValue());
    }

    private static String type(JsonNode frame) {
        return frame.path("type").stringValue();
    }

    private static String cursor(JsonNode frame) {
        return frame.path("cursor").stringValue();
    }

    private static String shown(User user) {
        return "{\"id\":%d,\"username\":\"%s\"}".formatted(user.id(), user.username());
    }
}
