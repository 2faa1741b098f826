package koine.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.log.Event;
import koine.log.Event.MessageSent;
import koine.log.Log;
import koine.testing.Api;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

@KoineTest
class UndeliveredTest {

    @Autowired
    private Undelivered undelivered;

    @Autowired
    private Receipts receipts;

    @Autowired
    private Log log;

    @Autowired
    private ApplicationContext context;

    @LocalServerPort
    private int port;

    private Api api = new Api(0);
    private Api.User ann = new Api.User(0, "", "");
    private Api.User bob = new Api.User(0, "", "");
    private Api.User eve = new Api.User(0, "", "");

    @BeforeEach
    void people() {
        api = new Api(port);
        var people = new People(context).many("away", 3);
        ann = people.get(0);
        bob = people.get(1);
        eve = people.get(2);
    }

    @Test
    void page_severalChats_givesWhatOthersWroteAfterTheMarksOldestFirst() {
        var one = api.privateChat(ann, bob);
        var other = api.privateChat(eve, bob);
        var first = send(ann, one, 3);
        var second = send(eve, other, 2);
        send(bob, other, 1);
        var third = send(ann, one, 1);
        receipts.delivered(id(bob), new ChatId(one), 2).block();

        assertThat(waiting(bob)).containsExactly(first.get(2), third.get(0));
        assertThat(second).as("sending in a chat is having read it").doesNotContainAnyElementsOf(waiting(bob));
        assertThat(waiting(ann)).isEmpty();
    }

    @Test
    void page_morePagesThanOne_goesOnWhereTheLastEnded() {
        var sent = send(ann, api.privateChat(ann, bob), 5);
        var head = head();

        var first = Objects.requireNonNull(undelivered.page(id(bob), 0, head, 2).block());
        var second = Objects.requireNonNull(
                undelivered.page(id(bob), first.upTo(), head, 2).block());
        var last = Objects.requireNonNull(
                undelivered.page(id(bob), second.upTo(), head, 2).block());

        assertThat(ids(first.events())).isEqualTo(sent.subList(0, 2));
        assertThat(ids(second.events())).isEqualTo(sent.subList(2, 4));
        assertThat(ids(last.events())).isEqualTo(sent.subList(4, 5));
        assertThat(List.of(first.full(), second.full(), last.full())).containsExactly(true, true, false);
        assertThat(last.upTo()).isEqualTo(head);
    }

    @Test
    void page_deletedOrLaterThanAsked_isLeftOut() {
        var chat = api.privateChat(ann, bob);
        var sent = send(ann, chat, 3);
        var head = head();
        send(ann, chat, 2);
        api.call("DELETE", "/message/" + sent.get(1), ann.token(), null, Map.of())
                .ok();

        var page = Objects.requireNonNull(undelivered.page(id(bob), 0, head, 10).block());

        assertThat(ids(page.events())).containsExactly(sent.get(0), sent.get(2));
    }

    @Test
    void page_whoCameLater_getsNothingFromBefore() {
        var body = Map.of("name", "g", "with_ids", List.of(bob.id()));
        var group = api.post("/chat/group/create", ann.token(), body)
                .ok()
                .path("id")
                .longValue();
        send(ann, group, 2);
        api.post("/chat/" + group + "/members", ann.token(), Map.of("user_ids", List.of(eve.id())))
                .ok();
        var sent = send(ann, group, 1);

        assertThat(waiting(eve)).isEqualTo(sent);
    }

    @Test
    void noteDelivered_movesTheMark() {
        var chat = api.privateChat(ann, bob);
        var sent = send(ann, chat, 3);

        receipts.noteDelivered(id(bob), new ChatId(chat), 2);
        receipts.delivered(id(bob), new ChatId(chat), 1).block(); // is written after it

        assertThat(waiting(bob)).isEqualTo(sent.subList(2, 3));
    }

    private List<Long> waiting(Api.User user) {
        return ids(Objects.requireNonNull(
                        undelivered.page(id(user), 0, head(), 100).block())
                .events());
    }

    private List<Long> send(Api.User author, long chat, int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> api.post("/chat/" + chat + "/message", author.token(), Map.of("contents", "m" + n)))
                .map(answer -> answer.ok().path("id").longValue())
                .toList();
    }

    private long head() {
        return Objects.requireNonNull(log.head().block()).position();
    }

    private static List<Long> ids(List<Event> events) {
        return events.stream()
                .map(event -> ((MessageSent) event).message().id().value())
                .toList();
    }

    private static AccountId id(Api.User user) {
        return new AccountId(user.id());
    }
}
