package koine.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import koine.chat.ChatChanges;
import koine.chat.Members;
import koine.durability.Sql;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.ErrorCode;
import koine.kernel.MessageId;
import koine.kernel.Refused;
import koine.log.Event.MessageSent;
import koine.log.Signal.ReceiptMoved;
import koine.log.Signals;
import koine.testing.Api;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/// Who has not received what, in chats that keep messages until they are delivered.
@KoineTest
class PendingTest {

    @Autowired
    private Receipts receipts;

    @Autowired
    private Undelivered undelivered;

    @Autowired
    private Members members;

    @Autowired
    private ChatChanges changes;

    @Autowired
    private Signals signals;

    @Autowired
    private ApplicationContext context;

    @LocalServerPort
    private int port;

    private Sql sql;
    private Api api;
    private Api.User ann;
    private Api.User bob;
    private Api.User cleo;
    private Api.User eve;
    private long chat;

    @BeforeEach
    void aChat() {
        sql = Sql.connect(context.getEnvironment());
        api = new Api(port);
        var people = new People(context).many("pending", 4);
        ann = people.get(0);
        bob = people.get(1);
        cleo = people.get(2);
        eve = people.get(3);
        chat = group("until_delivered", bob, cleo);
    }

    @AfterEach
    void close() {
        sql.close();
    }

    @Test
    void received_oneByOneOutOfOrder_releasesExactlyThatMessage() {
        var sent = send(ann, chat, 4);

        received(bob, sent.get(2));
        received(bob, sent.get(0));

        assertThat(waiting(bob)).containsExactly(sent.get(1), sent.get(3));
        assertThat(waiting(cleo)).isEqualTo(sent);
        assertThat(stored()).isEqualTo(sent);
        received(cleo, sent.get(2));
        assertThat(stored()).containsExactly(sent.get(0), sent.get(1), sent.get(3));
        received(cleo, sent.get(3));
        received(bob, sent.get(3));
        assertThat(stored()).containsExactly(sent.get(0), sent.get(1));
        assertThat(lastMessage()).as("the newest that is left").isEqualTo(sent.get(1));
        assertThat(sql.numbers("select account_id from pending where message_id = ?", sent.get(0)))
                .containsExactly(cleo.id());
    }

    @Test
    void received_manyAtOnce_releasesEach() {
        var sent = send(ann, chat, 30);

        Flux.fromIterable(sent)
                .flatMap(
                        message -> Flux.merge(
                                receipts.received(id(bob), new MessageId(message)),
                                receipts.received(id(cleo), new MessageId(message))),
                        30)
                .blockLast();

        assertThat(sql.numbers("select id from message where chat_id = ?", chat))
                .isEmpty();
        assertThat(waitingRows()).isZero();
    }

    @Test
    void received_again_changesNothing() {
        var sent = send(ann, chat, 2);

        received(bob, sent.get(0));
        received(bob, sent.get(0));

        assertThat(waiting(bob)).containsExactly(sent.get(1));
        assertThat(waiting(cleo)).isEqualTo(sent);
    }

    @Test
    void received_ofAMessageWithAKey_leavesATombstoneThatMayBeReceivedAgain() {
        var body = Map.of("contents", "once", "key", "key-" + chat);
        var message = api.post("/chat/" + chat + "/message", ann.token(), body)
                .ok()
                .path("id")
                .longValue();

        received(bob, message);
        received(cleo, message);
        received(cleo, message);

        assertThat(sql.number(
                        "select count(*) from message where id = ? and num_nonnulls(contents, fingerprint, media) = 0",
                        message))
                .isEqualTo(1);
        assertThat(api.post("/chat/" + chat + "/message", ann.token(), body)
                        .ok()
                        .path("id")
                        .longValue())
                .isEqualTo(message);
        assertThat(waitingRows()).isZero();
    }

    @Test
    void received_byAStrangerOrUnknown_isRefusedAlike() {
        var message = send(ann, chat, 1).getFirst();

        for (var wanted : List.of(message, Long.MAX_VALUE)) {
            receipts.received(id(eve), new MessageId(wanted))
                    .as(StepVerifier::create)
                    .verifyErrorSatisfies(problem ->
                            assertThat(((Refused) problem).code()).isEqualTo(ErrorCode.MESSAGE_DOES_NOT_EXIST));
        }
        assertThat(waitingRows()).isEqualTo(2);
    }

    @Test
    void received_movesTheMarkUpToWhereNothingIsMissing() {
        var sent = send(ann, chat, 3);
        var told = new CopyOnWriteArrayList<ReceiptMoved>();
        signals.follow(signal -> {
            if (signal instanceof ReceiptMoved moved && moved.chat().value() == chat) {
                told.add(moved);
            }
        });

        received(bob, sent.get(1));
        assertThat(mark(chat, bob)).isZero();
        received(bob, sent.get(0));
        assertThat(mark(chat, bob)).isEqualTo(2);
        received(bob, sent.get(2));
        assertThat(mark(chat, bob)).isEqualTo(3);

        await().untilAsserted(() -> assertThat(told)
                .containsExactly(
                        new ReceiptMoved(new ChatId(chat), id(bob), 2, 0),
                        new ReceiptMoved(new ChatId(chat), id(bob), 3, 0)));
    }

    @Test
    void received_whereMessagesAreKept_movesTheMarkOnlyOverWhatIsNotMissing() {
        var kept = group("keep", bob, cleo);
        var sent = send(ann, kept, 2);
        send(bob, kept, 1);
        var later = send(ann, kept, 4);
        assertThat(mark(kept, bob)).isEqualTo(3);

        Flux.merge(later.subList(0, 3).stream()
                        .map(message -> receipts.received(id(bob), new MessageId(message)))
                        .toList())
                .blockLast();
        assertThat(waiting(bob)).containsExactly(later.get(3));
        received(cleo, sent.get(0));
        assertThat(mark(kept, cleo)).isEqualTo(1);
        assertThat(sql.number("select count(*) from message where chat_id = ?", kept))
                .isEqualTo(7);
        assertThat(sql.number("select count(*) from pending where chat_id = ?", kept))
                .isZero();
    }

    @Test
    void received_whereMessagesAreKeptOutOfOrder_endsTheWaitingOfExactlyThatMessage() {
        var kept = group("keep", bob, cleo);
        var sent = send(ann, kept, 6);

        received(bob, sent.get(3));
        received(bob, sent.get(1));
        received(bob, sent.get(1));

        assertThat(mark(kept, bob)).isZero();
        assertThat(waiting(bob)).containsExactly(sent.get(0), sent.get(2), sent.get(4), sent.get(5));
        assertThat(waiting(cleo)).isEqualTo(sent);
        assertThat(pending(ann, sent.subList(1, 3)))
                .isEqualTo(Map.of(
                        new MessageId(sent.get(1)), List.of(id(cleo)),
                        new MessageId(sent.get(2)), List.of(id(bob), id(cleo))));
        assertThat(early(kept)).containsExactly(2L, 4L);
        received(bob, sent.get(0));
        assertThat(mark(kept, bob)).as("over what came early").isEqualTo(2);
        assertThat(early(kept)).containsExactly(4L);
        received(bob, sent.get(4));
        received(bob, sent.get(2));
        assertThat(mark(kept, bob)).isEqualTo(5);
        assertThat(early(kept)).isEmpty();
        assertThat(waiting(bob)).containsExactly(sent.get(5));
        assertThat(sql.number("select count(contents) from message where chat_id = ?", kept))
                .isEqualTo(6);
    }

    @Test
    void early_passedByAMarkOrGoneWithTheMembership_leavesNothing() {
        var kept = group("keep", bob, cleo);
        var sent = send(ann, kept, 4);
        for (var user : List.of(bob, cleo)) {
            received(user, sent.get(1));
            received(user, sent.get(3));
        }

        receipts.delivered(id(bob), new ChatId(kept), 3).block();
        members.remove(id(ann), new ChatId(kept), id(cleo)).block();

        assertThat(waiting(bob)).isEmpty();
        assertThat(early(kept)).containsExactly(4L);
        receipts.delivered(id(bob), new ChatId(kept), 4).block();
        assertThat(early(kept)).isEmpty();
    }

    /// Nothing is missing that was deleted, and what it hid comes with the next message.
    @Test
    void early_aboveADeletedMessage_isPassedByTheNextArrival() {
        var kept = group("keep", bob, cleo);
        var sent = send(ann, kept, 4);
        received(bob, sent.get(2));
        api.call("DELETE", "/message/" + sent.get(1), ann.token(), null, Map.of())
                .ok();

        received(bob, sent.get(0));
        assertThat(waiting(bob)).containsExactly(sent.get(3));
        received(bob, sent.get(3));

        assertThat(mark(kept, bob)).isEqualTo(4);
        assertThat(early(kept)).isEmpty();
    }

    @Test
    void received_manyAtOnceWhereMessagesAreKept_leavesNothingWaiting() {
        var kept = group("keep", bob, cleo);
        var sent = new ArrayList<>(send(ann, kept, 30));
        Collections.shuffle(sent, new Random(7));

        Flux.fromIterable(sent)
                .flatMap(message -> receipts.received(id(bob), new MessageId(message)), 8)
                .blockLast();

        assertThat(waiting(bob)).isEmpty();
        assertThat(waiting(cleo)).hasSize(30);
        assertThat(mark(kept, bob)).isEqualTo(30);
    }

    @Test
    void marks_releaseAllUpToThem() {
        var sent = send(ann, chat, 4);

        receipts.delivered(id(bob), new ChatId(chat), 3).block();
        receipts.read(id(cleo), new ChatId(chat), 2).block();

        assertThat(waiting(bob)).isEqualTo(sent.subList(3, 4));
        assertThat(waiting(cleo)).isEqualTo(sent.subList(2, 4));
        assertThat(stored()).isEqualTo(sent.subList(2, 4));
    }

    @Test
    void send_byOneWhoHasNotReceived_releasesNothingUntilAMarkDoes() {
        var sent = send(ann, chat, 2);
        var answer = send(bob, chat, 1);

        assertThat(mark(chat, bob)).isEqualTo(3);
        assertThat(waiting(bob)).isEqualTo(sent);
        assertThat(waiting(ann)).isEqualTo(answer);
        receipts.delivered(id(bob), new ChatId(chat), 2).block();
        assertThat(waiting(bob)).isEmpty();
    }

    @Test
    void pending_namesWhoHasNotReceivedToMembersOnly() {
        var sent = send(ann, chat, 2);
        received(bob, sent.get(0));
        var kept = group("keep", bob, cleo);
        var other = send(ann, kept, 2);
        receipts.delivered(id(cleo), new ChatId(kept), 1).block();
        var all = List.of(sent.get(0), sent.get(1), other.get(0), other.get(1));

        assertThat(pending(bob, all))
                .isEqualTo(Map.of(
                        new MessageId(sent.get(0)), List.of(id(cleo)),
                        new MessageId(sent.get(1)), List.of(id(bob), id(cleo)),
                        new MessageId(other.get(0)), List.of(id(bob)),
                        new MessageId(other.get(1)), List.of(id(bob), id(cleo))));
        assertThat(pending(eve, all)).isEmpty();
    }

    @Test
    void page_morePagesThanOne_goesOnWhereTheLastEnded() {
        var sent = send(ann, chat, 5);
        received(bob, sent.get(1));
        var first = Objects.requireNonNull(
                undelivered.page(id(bob), 0, Long.MAX_VALUE, 2).block());
        var second = Objects.requireNonNull(
                undelivered.page(id(bob), first.upTo(), Long.MAX_VALUE, 3).block());

        assertThat(first.upTo()).isEqualTo(sent.get(2));
        assertThat(second.events())
                .extracting(event -> ((MessageSent) event).message().id().value())
                .isEqualTo(sent.subList(3, 5));
        assertThat(second.full()).isFalse();
    }

    @Test
    void leave_releasesWhatWaitedAndComingBackBringsNothing() {
        var sent = send(ann, chat, 2);
        received(bob, sent.get(0));

        members.remove(id(ann), new ChatId(chat), id(cleo)).block();

        assertThat(stored()).containsExactly(sent.get(1));
        members.add(id(ann), new ChatId(chat), List.of(id(cleo))).block();
        assertThat(waiting(cleo)).isEmpty();
        received(bob, sent.get(1));
        assertThat(stored()).isEmpty();
    }

    @Test
    void leaveForGood_releasesWhatWaitedInPrivateChatsToo() {
        var two = api.post(
                        "/chat/private/create",
                        ann.token(),
                        Map.of("with_user_id", bob.id(), "retention", "until_delivered"))
                .ok()
                .path("id")
                .longValue();
        send(ann, two, 2);
        var toAnn = send(bob, two, 1);
        var inGroup = send(ann, chat, 1);

        members.leaveForGood(id(bob), () -> Mono.just(true)).block();

        assertThat(sql.numbers("select id from message where chat_id = ?", two)).isEqualTo(toAnn);
        assertThat(sql.numbers("select account_id from pending where message_id = ?", inGroup.getFirst()))
                .containsExactly(cleo.id());
    }

    @Test
    void send_whereNobodyElseIs_isAnsweredAndGone() {
        members.leave(id(bob), new ChatId(chat)).block();
        members.leave(id(cleo), new ChatId(chat)).block();

        send(ann, chat, 1);

        assertThat(sql.numbers("select id from message where chat_id = ?", chat))
                .isEmpty();
        assertThat(send(ann, chat, 1)).hasSize(1);
        assertThat(sql.number("select last_seq from chat where id = ?", chat)).isEqualTo(2);
    }

    @Test
    void deleteMessage_waitsForNobody() {
        var sent = send(ann, chat, 2);

        api.call("DELETE", "/message/" + sent.get(1), ann.token(), null, Map.of())
                .ok();

        assertThat(waiting(bob)).containsExactly(sent.get(0));
        assertThat(sql.numbers("select id from message where chat_id = ?", chat))
                .containsExactly(sent.get(0));
        assertThat(lastMessage()).isEqualTo(sent.get(0));
    }

    @Test
    void deleteChat_leavesNothingWaiting() {
        send(ann, chat, 3);

        changes.delete(id(ann), new ChatId(chat)).block();

        assertThat(waiting(bob)).isEmpty();
        await().atMost(20, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(waitingRows()).isZero());
    }

    @Test
    void received_byAll_releasesTheFile() {
        var media = sql.number("""
                insert into media (owner_id, key, file_name, content_type, size, thumbnail_size, stored)
                values (?, 'k', 'a.txt', 'text/plain', 1, 0, true)
                returning id
                """, ann.id());
        var body = Map.of("kind", "file", "contents", "", "media_id", media, "key", "file-" + chat);
        var message = api.post("/chat/" + chat + "/message", ann.token(), body)
                .ok()
                .path("id")
                .longValue();
        sql.execute("update media set released_at = null where id = ?", media);

        received(bob, message);
        assertThat(sql.number("select count(released_at) from media where id = ?", media))
                .isZero();
        received(cleo, message);

        assertThat(sql.number("select count(released_at) from media where id = ?", media))
                .isEqualTo(1);
        assertThat(sql.number("select count(*) from message where media_id = ?", media))
                .isZero();
    }

    /// Neither sees that the other one's row goes: whoever is second has to wait for the message and look again.
    @Test
    void received_byTheLastTwoAtOnce_removesTheMessage() {
        var message = send(ann, chat, 1).getFirst();
        sql.begin();
        sql.execute("delete from pending where message_id = ? and account_id = ?", message, bob.id());
        var second = receipts.received(id(cleo), new MessageId(message)).toFuture();
        try (var watch = Sql.connect(context.getEnvironment())) {
            await().until(() -> watch.waitingForALock() > 0);
        }
        sql.commit();

        assertThat(second).succeedsWithin(10, TimeUnit.SECONDS);
        assertThat(stored()).isEmpty();
    }

    /// What a crash undoes is undone as a whole.
    @Test
    void release_undone_leavesTheMessageAndWhoWaitsForIt() {
        var message = send(ann, chat, 1).getFirst();
        try (var crashed = Sql.connect(context.getEnvironment())) {
            crashed.begin();
            crashed.execute("delete from pending where message_id = ?", message);
            assertThat(crashed.number("select count(*) from message where id = ?", message))
                    .isZero();
        }

        assertThat(stored()).containsExactly(message);
        assertThat(waitingRows()).isEqualTo(2);
    }

    private long group(String retention, Api.User... others) {
        var ids = List.of(others).stream().map(Api.User::id).toList();
        return api.post("/chat/group/create", ann.token(), Map.of("with_ids", ids, "name", "g", "retention", retention))
                .ok()
                .path("id")
                .longValue();
    }

    private List<Long> send(Api.User author, long to, int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> api.post("/chat/" + to + "/message", author.token(), Map.of("contents", "m" + n)))
                .map(answer -> answer.ok().path("id").longValue())
                .toList();
    }

    private void received(Api.User user, long message) {
        receipts.received(id(user), new MessageId(message)).block();
    }

    private List<Long> waiting(Api.User user) {
        return Objects.requireNonNull(
                        undelivered.page(id(user), 0, Long.MAX_VALUE, 100).block())
                .events()
                .stream()
                .map(event -> ((MessageSent) event).message().id().value())
                .toList();
    }

    private Map<MessageId, List<AccountId>> pending(Api.User user, List<Long> messages) {
        return Objects.requireNonNull(undelivered
                .pending(id(user), messages.stream().map(MessageId::new).toList())
                .block());
    }

    private List<Long> stored() {
        return sql.numbers("select id from message where chat_id = ? and contents is not null order by id", chat);
    }

    private List<Long> early(long in) {
        return sql.numbers("select seq from early_arrival where chat_id = ? order by seq", in);
    }

    private long waitingRows() {
        return sql.number("select count(*) from pending where chat_id = ?", chat);
    }

    private long lastMessage() {
        return api.get("/chat/" + chat, ann.token())
                .ok()
                .path("last_message")
                .path("id")
                .longValue();
    }

    private long mark(long in, Api.User user) {
        return sql.number("select delivered_seq from member where chat_id = ? and account_id = ?", in, user.id());
    }

    private static AccountId id(Api.User user) {
        return new AccountId(user.id());
    }
}
