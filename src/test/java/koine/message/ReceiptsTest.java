package koine.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.log.Signal.ReceiptMoved;
import koine.log.Signals;
import koine.testing.Api;
import koine.testing.EventClient;
import koine.testing.People;
import koine.testing.QuickTest;
import koine.testing.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@QuickTest
class ReceiptsTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Autowired
    private Receipts receipts;

    @Autowired
    private Messages messages;

    @Autowired
    private Signals signals;

    @Autowired
    private ApplicationContext context;

    @LocalServerPort
    private int port;

    private Api api = new Api(0);
    private Api.User ann = new Api.User(0, "", "");
    private Api.User bob = new Api.User(0, "", "");
    private Api.User eve = new Api.User(0, "", "");
    private long chat;

    @BeforeEach
    void chat() {
        api = new Api(port);
        var people = new People(context).many("reader", 3);
        ann = people.get(0);
        bob = people.get(1);
        eve = people.get(2);
        chat = api.privateChat(ann, bob);
    }

    @Test
    void read_furtherThanBefore_movesBothMarksAndTellsAllMembers() {
        send(5);
        try (var sender = EventClient.live(port, ann.token());
                var reader = EventClient.live(port, bob.token())) {
            read(bob, 3);

            assertThat(sender.await("receipt"))
                    .isEqualTo(reader.await("receipt"))
                    .isEqualTo(receipt(3, 3));
            assertThat(marksOf(bob)).isEqualTo("3/3");
            assertThat(api.get("/user/chats", bob.token())
                            .ok()
                            .path("chats")
                            .path(0)
                            .path("unread")
                            .asInt())
                    .isEqualTo(2);
        }
    }

    @Test
    void delivered_furtherThanBefore_leavesTheReadMark() {
        send(5);
        try (var sender = EventClient.live(port, ann.token())) {
            post("delivered", bob, Map.of("seq", 4)).ok();

            assertThat(sender.await("receipt")).isEqualTo(receipt(4, 0));
            assertThat(marksOf(bob)).isEqualTo("4/0");
        }
    }

    @Test
    void marks_backwardsOrTheSame_changeNothingAndTellNobody() {
        send(5);
        read(bob, 4);
        try (var sender = EventClient.live(port, ann.token())) {
            read(bob, 4);
            read(bob, 2);
            post("delivered", bob, Map.of("seq", 1)).ok();

            assertThat(sender.untilPong()).noneMatch(ReceiptsTest::isReceipt);
            assertThat(marksOf(bob)).isEqualTo("4/4");
        }
    }

    @Test
    void read_pastTheNewestMessage_meansTheNewest() {
        send(2);
        read(bob, Long.MAX_VALUE);

        assertThat(marksOf(bob)).isEqualTo("2/2");
    }

    @Test
    void marks_bySocket_areAnsweredAndTold() {
        send(3);
        try (var reader = EventClient.live(port, bob.token())) {
            reader.send(Map.of("type", "chat.delivered", "ref", "d", "chat_id", chat, "seq", 3));
            assertThat(reader.await("ok").path("ref").stringValue()).isEqualTo("d");
            reader.send(Map.of("type", "chat.read", "ref", "r", "chat_id", chat, "seq", 1));
            reader.await("ok");
        }
        assertThat(marksOf(bob)).isEqualTo("3/1");
    }

    @Test
    void marks_ofAStranger_areRefusedAsIfThereWereNoChat() {
        send(1);
        for (var mark : List.of("read", "delivered")) {
            var refused = post(mark, eve, Map.of("seq", 1));
            assertThat(refused.status()).isEqualTo(404);
            assertThat(refused.code()).isEqualTo("CHAT_DOES_NOT_EXIST");
        }
        try (var socket = EventClient.open(port, eve.token())) {
            for (var chatId : List.of(chat, Long.MAX_VALUE)) {
                socket.send(Map.of("type", "chat.read", "ref", "r", "chat_id", chatId, "seq", 1));
                assertThat(socket.await("error").path("code").stringValue()).isEqualTo("CHAT_DOES_NOT_EXIST");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"seq\":0}",
                "{\"seq\":-1}",
                "{\"seq\":null}",
                "{\"seq\":1.5}",
                "{\"seq\":\"one\"}",
                "[]",
                "{"
            })
    void read_withoutAUsableSeq_isRefused(String body) {
        var refused = api.post("/chat/" + chat + "/read", bob.token(), body);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.code()).isEqualTo("INVALID_REQUEST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"seq\":0", ",\"seq\":\"x\"", ",\"seq\":1.5"})
    void read_bySocketWithoutAUsableSeq_isRefusedWithItsRef(String seq) {
        try (var socket = EventClient.open(port, bob.token())) {
            socket.sendText("{\"type\":\"chat.read\",\"ref\":\"r\",\"chat_id\":%d%s}".formatted(chat, seq));

            var error = socket.await("error");
            assertThat(error.path("code").stringValue()).isEqualTo("INVALID_REQUEST");
            assertThat(error.path("ref").stringValue()).isEqualTo("r");
        }
    }

    @Test
    void marks_manyOfOneMemberAtOnce_areWrittenTogether() {
        send(300);
        var told = new CopyOnWriteArrayList<Long>();
        signals.follow(signal -> {
            if (signal instanceof ReceiptMoved moved && moved.account().value() == bob.id()) {
                told.add(moved.readSeq());
            }
        });

        Flux.range(1, 300)
                .flatMap(seq -> receipts.read(new AccountId(bob.id()), new ChatId(chat), seq), 300)
                .blockLast(LIMIT);

        await().atMost(LIMIT).until(() -> told.contains(300L));
        assertThat(told).isSorted().hasSizeLessThan(100);
        assertThat(marksOf(bob)).isEqualTo("300/300");
    }

    @Test
    void sendsAndMarks_atOnceByTheSamePeople_allSucceed() {
        var end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        var both = List.of(new AccountId(ann.id()), new AccountId(bob.id()));
        var another = new ChatId(api.post(
                        "/chat/group/create",
                        ann.token(),
                        Map.of("name", "g", "with_ids", List.of(bob.id()), "retention", "until_delivered"))
                .ok()
                .path("id")
                .longValue());
        var chats = List.of(new ChatId(chat), another);
        var sends = Flux.range(0, 1_000_000)
                .takeWhile(_ -> System.nanoTime() < end)
                .flatMap(i -> messages.send(new SendMessage(both.get(i % 2), chats.get(i / 2 % 2), "m" + i, null)), 32)
                .count();
        var marks = Flux.range(0, 1_000_000)
                .takeWhile(_ -> System.nanoTime() < end)
                .flatMap(
                        i -> receipts.read(
                                        both.get(i % 2),
                                        chats.get(i / 2 % 2),
                                        1 + ThreadLocalRandom.current().nextInt(100_000))
                                .thenReturn(1),
                        32)
                .count();

        var counts = Flux.merge(sends, marks).collectList().blockOptional(LIMIT).orElseThrow();

        assertThat(counts).allMatch(count -> count > 20);
    }

    @Test
    void read_whileSomebodyElseWritesTheRow_waitsAndThenMoves() throws SQLException {
        send(2);
        try (var connection = TestDatabase.of(context.getEnvironment()).connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(
                    "select from member where chat_id = %d and account_id = %d for update".formatted(chat, bob.id()));
            var answered =
                    receipts.read(new AccountId(bob.id()), new ChatId(chat), 2).toFuture();
            // another member's marks do not wait for this one's
            receipts.read(new AccountId(ann.id()), new ChatId(chat), 2).block(LIMIT);
            assertThat(answered).isNotDone();

            connection.commit();

            await().atMost(LIMIT).until(answered::isDone);
        }
        assertThat(marksOf(bob)).isEqualTo("2/2");
    }

    @Test
    void read_belowOne_isRefusedBeforeAnythingIsAsked() {
        assertThatThrownBy(() -> receipts.read(new AccountId(bob.id()), new ChatId(chat), 0)
                        .block())
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
    }

    private void send(int count) {
        Flux.fromStream(IntStream.range(0, count).boxed())
                .flatMap(
                        i -> messages.send(new SendMessage(new AccountId(ann.id()), new ChatId(chat), "m" + i, null)),
                        300)
                .blockLast(LIMIT);
    }

    private void read(Api.User who, long seq) {
        post("read", who, Map.of("seq", seq)).ok();
    }

    private Api.Answer post(String what, Api.User who, Object body) {
        return api.post("/chat/" + chat + "/" + what, who.token(), body);
    }

    private JsonNode receipt(long delivered, long read) {
        return JsonMapper.shared().readTree("""
                {"type":"receipt","chat_id":%d,"user_id":%d,"delivered":%d,"read":%d}
                """.formatted(chat, bob.id(), delivered, read));
    }

    private static boolean isReceipt(JsonNode frame) {
        return frame.path("type").asString("").equals("receipt");
    }

    /// As `GET /chat/{id}` shows them.
    private String marksOf(Api.User who) {
        for (var participant : api.get("/chat/" + chat, ann.token()).ok().path("participants")) {
            if (participant.path("id").longValue() == who.id()) {
                return participant.path("delivered") + "/" + participant.path("read");
            }
        }
        throw new AssertionError("no participant " + who.id());
    }
}
