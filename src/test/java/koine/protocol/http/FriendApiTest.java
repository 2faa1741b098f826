package koine.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import koine.testing.Api;
import koine.testing.Api.Answer;
import koine.testing.Api.User;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

@KoineTest
class FriendApiTest {

    private static final long NOBODY = 999_999_999;

    @LocalServerPort
    private int port;

    @Autowired
    private ApplicationContext context;

    private Api api = new Api(0);
    private User ann = new User(0, "", "");
    private User bob = new User(0, "", "");
    private User eve = new User(0, "", "");

    @BeforeEach
    void people() {
        api = new Api(port);
        var people = new People(context).many("friend", 3);
        ann = people.get(0);
        bob = people.get(1);
        eve = people.get(2);
    }

    @Test
    void lists_ofANewcomer_areEmpty() {
        assertThat(api.get("/friend", ann.token()).ok()).hasToString("{\"friends\":[]}");
        assertThat(requests(ann)).isEqualTo("{\"incoming\":[],\"outgoing\":[]}");
    }

    @Test
    void request_somebody_isShownToBothAndToNobodyElse() {
        assertSuccess(request(ann, bob.id()));

        assertThat(requests(ann)).isEqualTo("{\"incoming\":[],\"outgoing\":[%s]}".formatted(shown(bob)));
        assertThat(requests(bob)).isEqualTo("{\"incoming\":[%s],\"outgoing\":[]}".formatted(shown(ann)));
        assertThat(requests(eve)).isEqualTo("{\"incoming\":[],\"outgoing\":[]}");
        assertThat(friends(ann)).isEmpty();
    }

    @Test
    void requests_several_areShownTheNewestFirst() {
        request(ann, bob.id());
        request(eve, bob.id());

        assertThat(api.get("/friend/requests", bob.token()).ok().path("incoming"))
                .extracting(person -> person.path("id").longValue())
                .containsExactly(eve.id(), ann.id());
    }

    @Test
    void accept_aRequest_makesBothFriends() {
        request(ann, bob.id());
        assertSuccess(accept(bob, ann.id()));

        assertThat(api.get("/friend", ann.token()).ok()).hasToString("{\"friends\":[%s]}".formatted(shown(bob)));
        assertThat(friends(bob)).containsExactly(ann.id());
        assertThat(requests(ann)).isEqualTo("{\"incoming\":[],\"outgoing\":[]}");
        assertThat(requests(bob)).isEqualTo("{\"incoming\":[],\"outgoing\":[]}");
    }

    @Test
    void accept_noRequest_isInvalid() {
        assertRefused(accept(bob, ann.id()), 400, "INVALID_REQUEST");
        request(ann, bob.id());
        assertRefused(accept(ann, bob.id()), 400, "INVALID_REQUEST"); // one's own request
        assertRefused(accept(eve, ann.id()), 400, "INVALID_REQUEST"); // somebody else's

        assertThat(friends(ann)).isEmpty();
    }

    @Test
    void everything_again_changesNothing() {
        assertSuccess(request(ann, bob.id()));
        assertSuccess(request(ann, bob.id()));
        assertSuccess(accept(bob, ann.id()));
        assertSuccess(accept(bob, ann.id()));
        assertSuccess(request(ann, bob.id()));
        assertSuccess(request(bob, ann.id()));
        assertSuccess(deny(bob, ann.id()));
        assertThat(friends(ann)).containsExactly(bob.id());

        assertSuccess(remove(ann, bob.id()));
        assertSuccess(remove(ann, bob.id()));
        assertSuccess(deny(bob, ann.id()));
        assertThat(friends(bob)).isEmpty();
    }

    @Test
    void request_crossing_makesFriends() {
        request(ann, bob.id());
        assertSuccess(request(bob, ann.id()));

        assertThat(friends(ann)).containsExactly(bob.id());
        assertThat(friends(bob)).containsExactly(ann.id());
    }

    @Test
    void request_crossingAtTheSameMoment_makesFriendsEachTime() {
        var others = new People(context).many("crossing", 10);

        Flux.fromIterable(others)
                .flatMap(other -> Flux.just(0, 1)
                        .flatMap(
                                way -> Flux.defer(() -> Flux.just(
                                                way == 0 ? request(ann, other.id()) : request(other, ann.id())))
                                        .subscribeOn(Schedulers.boundedElastic()),
                                2))
                .map(Answer::ok)
                .blockLast();

        assertThat(friends(ann))
                .containsExactlyElementsOf(others.stream().map(User::id).toList());
    }

    @Test
    void deny_aRequest_leavesNothing() {
        request(ann, bob.id());
        assertSuccess(deny(eve, ann.id())); // there is none to deny
        assertThat(requests(bob)).contains("\"id\":" + ann.id());

        assertSuccess(deny(bob, ann.id()));
        assertThat(requests(ann)).isEqualTo("{\"incoming\":[],\"outgoing\":[]}");
        assertThat(requests(bob)).isEqualTo("{\"incoming\":[],\"outgoing\":[]}");
        assertSuccess(request(ann, bob.id()));
    }

    @Test
    void remove_onesOwnRequest_takesItBack() {
        request(ann, bob.id());
        assertSuccess(remove(bob, ann.id())); // that is what deny is for
        assertThat(requests(bob)).contains("\"id\":" + ann.id());

        assertSuccess(remove(ann, bob.id()));
        assertThat(requests(bob)).isEqualTo("{\"incoming\":[],\"outgoing\":[]}");
        assertRefused(accept(bob, ann.id()), 400, "INVALID_REQUEST");
    }

    @Test
    void list_inPages_leavesNobodyOut() {
        var others = new People(context).many("page", 5);
        others.forEach(other -> {
            request(ann, other.id());
            accept(other, ann.id());
        });

        var ids = others.stream().map(User::id).toList();
        assertThat(friends(ann)).isEqualTo(ids);
        assertThat(friends(ann, "?limit=2")).isEqualTo(ids.subList(0, 2));
        assertThat(friends(ann, "?limit=2&cursor=" + ids.get(1))).isEqualTo(ids.subList(2, 4));
        assertThat(friends(ann, "?limit=2&cursor=" + ids.get(3))).isEqualTo(ids.subList(4, 5));
        assertRefused(api.get("/friend?limit=0", ann.token()), 400, "INVALID_REQUEST");
        assertRefused(api.get("/friend?cursor=x", ann.token()), 400, "INVALID_REQUEST");
    }

    @Test
    void anyCall_oneself_isInvalid() {
        Stream.of("request", "accept", "deny")
                .forEach(what -> assertRefused(post(what, ann, ann.id()), 400, "INVALID_REQUEST"));
        assertRefused(remove(ann, ann.id()), 400, "INVALID_REQUEST");
    }

    @Test
    void anyCall_nobody_isRefused() {
        Stream.of("request", "accept", "deny")
                .forEach(what -> assertRefused(post(what, ann, NOBODY), 400, "USER_NOT_EXISTS"));
        assertRefused(remove(ann, NOBODY), 404, "USER_DOES_NOT_EXIST");
    }

    @Test
    void anyCall_notSignedIn_isRefused() {
        Stream.of("request", "accept", "deny")
                .forEach(what -> assertRefused(
                        api.post("/friend/" + what, null, Map.of("user_id", bob.id())), 401, "NOT_AUTHENTICATED"));
        assertRefused(api.get("/friend", null), 401, "NOT_AUTHENTICATED");
        assertRefused(api.get("/friend/requests", null), 401, "NOT_AUTHENTICATED");
        assertRefused(api.call("DELETE", "/friend/" + bob.id(), null, null, Map.of()), 401, "NOT_AUTHENTICATED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"user_id\":null}",
                "{\"user_id\":0}",
                "{\"user_id\":-1}",
                "{\"user_id\":1.5}",
                "{\"user_id\":\"1\"}",
                "{\"user_id\":[1]}",
                "[]"
            })
    void anyCall_malformed_isInvalid(String body) {
        Stream.of("request", "accept", "deny")
                .forEach(what -> assertRefused(api.post("/friend/" + what, ann.token(), body), 400, "INVALID_REQUEST"));
    }

    @Test
    void remove_malformed_isInvalid() {
        assertRefused(api.call("DELETE", "/friend/bob", ann.token(), null, Map.of()), 400, "INVALID_REQUEST");
    }

    private Answer request(User by, long id) {
        return post("request", by, id);
    }

    private Answer accept(User by, long id) {
        return post("accept", by, id);
    }

    private Answer deny(User by, long id) {
        return post("deny", by, id);
    }

    private Answer post(String what, User by, long id) {
        return api.post("/friend/" + what, by.token(), Map.of("user_id", id));
    }

    private Answer remove(User by, long id) {
        return api.call("DELETE", "/friend/" + id, by.token(), null, Map.of());
    }

    private String requests(User of) {
        return api.get("/friend/requests", of.token()).ok().toString();
    }

    private List<Long> friends(User of) {
        return friends(of, "");
    }

    private List<Long> friends(User of, String query) {
        return api.get("/friend" + query, of.token())
                .ok()
                .path("friends")
                .valueStream()
                .map(friend -> friend.path("id").longValue())
                .toList();
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
