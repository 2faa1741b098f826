package koine.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import koine.log.Log;
import koine.testing.Api;
import koine.testing.Api.Answer;
import koine.testing.Api.User;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import tools.jackson.databind.JsonNode;

/// What comes to be a notification, for whom, and how it is told, listed and read.
@KoineTest
class NotificationApiTest {

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
        var people = new People(context).many("notified", 3);
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
    void list_ofANewcomer_isEmpty() {
        assertThat(api.get("/notification", ann.token()).ok()).hasToString("{\"notifications\":[]}");
    }

    @Test
    void friendship_notifiesTheAskedOneAndThenTheAsker() {
        friend("request", ann, bob);
        friend("accept", bob, ann);

        var asked = list(bob).getFirst();
        assertThat(list(bob)).hasSize(1);
        assertThat(asked.propertyNames()).containsExactly("id", "type", "from", "created_at", "read", "chat_id");
        assertThat(asked.path("type").stringValue()).isEqualTo("friend_request");
        assertThat(asked.path("from")).hasToString(shown(ann));
        assertThat(asked.path("created_at").stringValue())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}\\+00:00");
        assertThat(asked.path("read").booleanValue()).isFalse();
        assertThat(asked.path("chat_id").isNull()).isTrue();
        assertThat(brief(ann)).containsExactly("friend_accepted " + bob.username());
        assertThat(list(eve)).isEmpty();
    }

    @Test
    void requests_crossing_notifyTheFirstOfTheAcceptance() {
        friend("request", ann, bob);
        friend("request", bob, ann);

        assertThat(brief(ann)).containsExactly("friend_accepted " + bob.username());
        assertThat(brief(bob)).containsExactly("friend_request " + ann.username());
    }

    @Test
    void whatChangesNothing_andWhatEnds_notifiesNobody() {
        friend("request", ann, bob);
        friend("request", ann, bob);
        friend("deny", bob, ann);
        api.post("/block", ann.token(), Map.of("user_id", eve.id())).ok();
        api.post("/friend/request", eve.token(), Map.of("user_id", ann.id()));

        assertThat(brief(bob)).containsExactly("friend_request " + ann.username());
        assertThat(list(ann)).isEmpty();
        assertThat(list(eve)).isEmpty();
    }

    @Test
    void groups_notifyThoseWhoAreBroughtIn() {
        var group = api.post("/chat/group/create", ann.token(), Map.of("name", "g", "with_ids", List.of(bob.id())))
                .ok()
                .path("id")
                .longValue();
        api.call("PATCH", "/chat/" + group + "/members/" + bob.id(), ann.token(), Map.of("role", "admin"), Map.of())
                .ok();
        api.post("/chat/" + group + "/members", bob.token(), Map.of("user_ids", List.of(eve.id(), ann.id())))
                .ok();

        assertThat(brief(bob)).containsExactly("chat_added " + ann.username());
        assertThat(brief(eve)).containsExactly("chat_added " + bob.username());
        assertThat(list(eve).getFirst().path("chat_id").longValue()).isEqualTo(group);
        assertThat(list(ann)).isEmpty();
    }

    @Test
    void privateChats_notifyNobody() {
        api.privateChat(ann, bob);

        assertThat(list(bob)).isEmpty();
    }

    @Test
    void notification_isToldLiveAndLaterAsItIsListed() {
        var phone = live(bob);
        var laptop = live(new People(context).onAnotherDevice(bob));
        var eves = live(eve);

        friend("request", ann, bob);

        var requested = phone.await("friend.requested");
        var event = phone.await("notification");
        assertThat(event.propertyNames()).containsExactly("type", "cursor", "notification");
        assertThat(event.path("notification")).isEqualTo(list(bob).getFirst());
        assertThat(laptop.await("notification")).isEqualTo(event);
        assertThat(sync(bob)).containsExactly(requested, event);
        assertThat(resumed(bob)).containsExactly(requested, event);
        assertThat(eves.untilPong())
                .noneMatch(frame -> frame.path("type").stringValue().equals("notification"));
        assertThat(sync(ann)).isEmpty();
        assertThat(event.path("cursor").stringValue())
                .endsWith("-" + event.path("notification").path("id").longValue());
    }

    @Test
    void groupNotification_isToldLaterAsItWasLive() {
        var client = live(bob);
        api.post("/chat/group/create", ann.token(), Map.of("name", "g", "with_ids", List.of(bob.id(), eve.id())))
                .ok();

        var live = client.await("notification");

        assertThat(sync(bob)).hasSize(2).last().isEqualTo(live);
        assertThat(live.path("notification")).isEqualTo(list(bob).getFirst());
    }

    @Test
    void list_inPages_isTheNewestFirst() {
        var askers = new People(context).many("asker", 5);
        askers.forEach(asker -> friend("request", asker, bob));

        var all = list(bob);
        assertThat(all)
                .extracting(one -> one.path("from").path("id").longValue())
                .containsExactlyElementsOf(
                        askers.reversed().stream().map(User::id).toList());
        assertThat(list(bob, "?limit=2")).isEqualTo(all.subList(0, 2));
        assertThat(list(bob, "?limit=2&before=" + all.get(1).path("id"))).isEqualTo(all.subList(2, 4));
        assertThat(list(bob, "?before=" + all.get(4).path("id"))).isEmpty();
        assertThat(list(bob, "?limit=1000000")).hasSize(5);
    }

    @Test
    void read_upToOne_marksItAndAllBeforeAsRead() {
        new People(context).many("asker", 3).forEach(asker -> friend("request", asker, bob));
        friend("request", ann, eve);
        var all = list(bob);

        assertSuccess(read(bob, all.get(1).path("id").longValue()));
        assertThat(list(bob)).extracting(one -> one.path("read").booleanValue()).containsExactly(false, true, true);
        assertThat(list(eve)).extracting(one -> one.path("read").booleanValue()).containsExactly(false);

        assertSuccess(read(bob, all.get(2).path("id").longValue()));
        assertThat(list(bob)).extracting(one -> one.path("read").booleanValue()).containsExactly(false, true, true);
    }

    @Test
    void read_pastTheNewest_leavesLaterOnesUnread() {
        assertSuccess(read(bob, 999_999_999));
        friend("request", ann, bob);
        assertSuccess(read(bob, 999_999_999));
        friend("request", eve, bob);

        assertThat(list(bob)).extracting(one -> one.path("read").booleanValue()).containsExactly(false, true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"up_to\":null}",
                "{\"up_to\":0}",
                "{\"up_to\":-1}",
                "{\"up_to\":1.5}",
                "{\"up_to\":\"1\"}"
            })
    void read_malformed_isInvalid(String body) {
        assertRefused(api.post("/notification/read", bob.token(), body), 400, "INVALID_REQUEST");
    }

    @Test
    void anyCall_refused_answersWithStatusAndCode() {
        Stream.of("?limit=0", "?limit=x", "?before=x", "?before=0")
                .forEach(query -> assertRefused(api.get("/notification" + query, bob.token()), 400, "INVALID_REQUEST"));
        assertRefused(api.get("/notification", null), 401, "NOT_AUTHENTICATED");
        assertRefused(api.post("/notification/read", null, Map.of("up_to", 1)), 401, "NOT_AUTHENTICATED");
    }

    private void friend(String what, User by, User other) {
        api.post("/friend/" + what, by.token(), Map.of("user_id", other.id())).ok();
    }

    private Answer read(User by, long upTo) {
        return api.post("/notification/read", by.token(), Map.of("up_to", upTo));
    }

    private List<JsonNode> list(User of) {
        return list(of, "");
    }

    private List<JsonNode> list(User of, String query) {
        return api.get("/notification" + query, of.token())
                .ok()
                .path("notifications")
                .valueStream()
                .toList();
    }

    private Stream<String> brief(User of) {
        return list(of).stream()
                .map(one -> one.path("type").stringValue() + " "
                        + one.path("from").path("username").stringValue());
    }

    private EventClient live(User user) {
        var client = EventClient.live(port, user.token());
        clients.add(client);
        return client;
    }

    private List<JsonNode> sync(User user) {
        return api.get("/sync?since=" + start, user.token())
                .ok()
                .path("events")
                .valueStream()
                .toList();
    }

    private List<JsonNode> resumed(User user) {
        var client = EventClient.open(port, user.token());
        clients.add(client);
        client.await("hello");
        client.send(Map.of("type", "resume", "since", start));
        var events = new ArrayList<JsonNode>();
        for (var frame = client.next(); !frame.path("type").stringValue().equals("synced"); frame = client.next()) {
            events.add(frame);
        }
        return events;
    }

    private static String shown(User user) {
        return "{\"id\":%d,\"username\":\"%s\"}".formatted(user.id(), user.username());
    }

    private static void assertSuccess(Answer answer) {
        assertThat(answer.ok().toString()).isEqualTo("{\"success\":true}");
    }

    private static void assertRefused(Answer answer, int status, String code) {
        assertThat(answer.status() + " " + answer.code()).isEqualTo(status + " " + code);
    }
}
