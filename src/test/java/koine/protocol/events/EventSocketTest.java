package koine.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import koine.testing.Api;
import koine.testing.Api.User;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import koine.testing.People;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What can be asked for on the event socket, and what it tells whom.
@KoineTest
class EventSocketTest {

    private final List<EventClient> opened = new ArrayList<>();

    @LocalServerPort
    private int port;

    @Autowired
    private DatabaseClient database;

    @Autowired
    private BeanFactory service;

    private Api api;
    private User ann;
    private User ben;
    private long chat;

    @BeforeEach
    void aChatOfTwo() {
        api = new Api(port);
        ann = somebody("ann");
        ben = somebody("ben");
        chat = api.privateChat(ann, ben);
    }

    private User somebody(String prefix) {
        return new People(service).one(prefix);
    }

    @AfterEach
    void close() {
        opened.forEach(EventClient::close);
    }

    @Test
    void resume_notYetSent_noEventComes() {
        var client = open(ben);
        client.await("hello");

        post("hello");

        assertThat(eventsUntilPong(client)).isEmpty();
    }

    @Test
    void resume_null_givesWhatComesFromNow() {
        post("before");
        var client = open(ben);
        client.await("hello");

        client.sendText("{\"type\":\"resume\",\"ref\":\"r1\",\"since\":null}");
        var synced = client.await("synced");
        post("after");

        assertThat(synced.path("ref").stringValue()).isEqualTo("r1");
        assertThat(cursorOf(synced)).isPositive();
        assertThat(contents(client.await("message"))).isEqualTo("after");
        assertThat(eventsUntilPong(client)).isEmpty();
    }

    @Test
    void resume_withoutRef_isAnsweredWithoutOne() {
        var client = open(ben);
        client.await("hello");

        client.send(Map.of("type", "resume"));

        assertThat(client.await("synced").has("ref")).isFalse();
    }

    @Test
    void resume_cursorOfHello_givesWhatWasMissedThenSyncedThenWhatComes() {
        var client = open(ben);
        var cursor = client.await("hello").path("cursor").stringValue();
        post("missed 1");
        post("missed 2");

        client.send(Map.of("type", "resume", "ref", "r", "since", cursor));
        var missed = nextEvents(client, 3);
        post("live");

        assertThat(types(missed)).containsExactly("message", "message", "synced");
        assertThat(contents(missed.get(0))).isEqualTo("missed 1");
        assertThat(contents(missed.get(1))).isEqualTo("missed 2");
        assertThat(missed.get(2).path("ref").stringValue()).isEqualTo("r");
        assertThat(contents(client.await("message"))).isEqualTo("live");
        assertThat(eventsUntilPong(client)).isEmpty();
    }

    @Test
    void resume_cursorOfAnEvent_givesWhatCameAfterIt() {
        var first = live(ben);
        post("1");
        post("2");
        post("3");
        var cursor = nextEvents(first, 3).get(1).path("cursor").stringValue();
        first.drop();

        var second = open(ben);
        second.send(Map.of("type", "resume", "since", cursor));

        assertThat(contents(second.await("message"))).isEqualTo("3");
        assertThat(types(nextEvents(second, 1))).containsExactly("synced");
    }

    @Test
    void resume_cursorOfSynced_missesNothing() {
        var client = open(ben);
        client.send(Map.of("type", "resume"));
        var cursor = client.await("synced").path("cursor").stringValue();
        client.drop();
        post("missed");

        var again = open(ben);
        again.send(Map.of("type", "resume", "since", cursor));

        assertThat(contents(again.await("message"))).isEqualTo("missed");
        again.await("synced");
    }

    @Test
    void resume_fromTheBeginning_replaysEverythingOneMaySee() {
        var epoch = open(ben).await("hello").path("cursor").stringValue().replaceAll("-.*", "");
        var id = post("hello");
        delete(ann, post("to be deleted"));

        var client = open(ben);
        client.send(Map.of("type", "resume", "since", epoch + "-0"));
        var events = nextEvents(client, 4);

        assertThat(types(events)).containsExactly("chat.created", "message", "message.deleted", "synced");
        assertThat(events.get(1).path("message").path("id").longValue()).isEqualTo(id);
        assertThat(cursorsOf(events.subList(0, 3))).isSorted().doesNotHaveDuplicates();
        assertThat(cursorOf(events.getLast())).isGreaterThanOrEqualTo(cursorOf(events.get(2)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "",
                "-",
                "7f3a1",
                "7f3a1-",
                "-5",
                "7f3a1--5",
                "7f3a1-1.5",
                "xyz-1",
                "0-99999999999999999999"
            })
    void resume_noCursor_isAnErrorAndChangesNothing(String since) {
        var client = live(ben);

        client.send(Map.of("type", "resume", "ref", "r", "since", since));

        assertError(client.await("error"), "r", "INVALID_REQUEST");
        post("still live");
        assertThat(contents(client.await("message"))).isEqualTo("still live");
    }

    @Test
    void resume_cursorOfAnotherEpoch_isResetToAGoodOne() {
        var client = open(ben);
        var cursor = client.await("hello").path("cursor").stringValue();

        client.send(Map.of("type", "resume", "ref", "r", "since", "abcdef-1"));

        assertResetToAGoodCursor(client, cursor);
    }

    @Test
    void resume_cursorFromTheFuture_isResetToAGoodOne() {
        var client = open(ben);
        var cursor = client.await("hello").path("cursor").stringValue();

        client.send(Map.of("type", "resume", "ref", "r", "since", cursor + "0000"));

        assertResetToAGoodCursor(client, cursor);
    }

    @Test
    void resume_aSecondTime_replaysFromThere() {
        var client = open(ben);
        var cursor = client.await("hello").path("cursor").stringValue();
        client.send(Map.of("type", "resume"));
        client.await("synced");
        post("1");
        client.await("message");

        client.send(Map.of("type", "resume", "since", cursor));

        assertThat(types(nextEvents(client, 2))).containsExactly("message", "synced");
        post("2");
        assertThat(contents(client.await("message"))).isEqualTo("2");
        assertThat(eventsUntilPong(client)).isEmpty();
    }

    @Test
    void resume_anotherBeforeTheFirstIsSynced_answersBoth() {
        for (int n = 0; n < 30; n++) {
            post(Integer.toString(n));
        }
        for (int round = 0; round < 10; round++) {
            try (var client = open(ben)) {
                var start = client.await("hello").path("cursor").stringValue().replaceAll("-.*", "-0");

                client.send(Map.of("type", "resume", "ref", "one", "since", start));
                client.send(Map.of("type", "resume", "ref", "two", "since", start));

                var answers = new HashMap<String, String>();
                while (answers.size() < 2) {
                    var answer = client.await(frame -> frame.has("ref"));
                    answers.put(
                            answer.path("ref").stringValue(),
                            answer.path("code").asString(answer.path("type").stringValue()));
                }
                assertThat(answers).containsEntry("two", "synced");
                assertThat(answers.get("one")).isIn("synced", "CONFLICT");
            }
        }
    }

    @Test
    void send_isAnsweredWithTheMessageOnceItIsStored() {
        var client = open(ann);

        client.send(send("hello", Map.of("ref", "s1")));
        var ok = client.await("ok");

        var message = ok.path("message");
        assertThat(ok.path("ref").stringValue()).isEqualTo("s1");
        assertThat(contents(ok)).isEqualTo("hello");
        assertThat(message.path("author_id").longValue()).isEqualTo(ann.id());
        assertThat(message.path("chat_id").longValue()).isEqualTo(chat);
        assertThat(message.path("seq").longValue()).isEqualTo(1);
        assertThat(history()).containsExactly("hello");
    }

    @Test
    void send_withoutResume_isAnsweredAllTheSame() {
        var client = open(ann);
        client.await("hello");

        client.send(send("hello", Map.of()));

        assertThat(client.next().path("type").stringValue()).isEqualTo("ok");
        assertThat(eventsUntilPong(client)).isEmpty();
    }

    @Test
    void send_sameKeyAgain_answersTheFirstMessageAndTellsOfItOnce() {
        var client = live(ann);

        client.send(send("hello", Map.of("key", "k1", "ref", "a")));
        client.send(send("hello", Map.of("key", "k1", "ref", "b")));
        var frames = nextEvents(client, 3);

        assertThat(types(frames)).containsExactlyInAnyOrder("ok", "ok", "message");
        assertThat(frames.stream().map(frame -> frame.path("message")).distinct())
                .hasSize(1);
        assertThat(eventsUntilPong(client)).isEmpty();
        assertThat(history()).containsExactly("hello");
    }

    @Test
    void send_sameKeyOverHttp_isTheSameMessage() {
        var client = open(ann);
        client.send(send("hello", Map.of("key", "k2")));
        var sent = client.await("ok").path("message");

        var again = api.post("/chat/" + chat + "/message", ann.token(), Map.of("contents", "hello", "key", "k2"));

        assertThat(again.ok()).isEqualTo(sent);
    }

    @Test
    void send_sameKeyForAnotherMessage_isAConflict() {
        var client = open(ann);
        client.send(send("hello", Map.of("key", "k3")));
        client.await("ok");

        client.send(send("other", Map.of("key", "k3", "ref", "r")));

        assertError(client.await("error"), "r", "CONFLICT");
        assertThat(history()).containsExactly("hello");
    }

    @Test
    void send_notAMember_findsNoChat() {
        var stranger = open(somebody("stranger"));

        stranger.send(send("hello", Map.of("ref", "r")));

        assertError(stranger.await("error"), "r", "CHAT_DOES_NOT_EXIST");
        assertThat(history()).isEmpty();
    }

    @Test
    void send_noSuchChat_findsNoChat() {
        var client = open(ann);

        client.send(Map.of("type", "message.send", "ref", "r", "chat_id", 999_999_999L, "contents", "hello"));

        assertError(client.await("error"), "r", "CHAT_DOES_NOT_EXIST");
    }

    static Stream<String> unusableSends() {
        return Stream.of(
                "\"contents\":\"\"",
                "\"contents\":null",
                "\"key\":\"k\"",
                "\"contents\":\"" + "x".repeat(2_048) + "\"",
                "\"contents\":\"a\\u0000b\"",
                "\"contents\":\"\\ud800\"",
                "\"contents\":\"hello\",\"key\":\"\"",
                "\"contents\":\"hello\",\"key\":\"" + "k".repeat(65) + "\"",
                "\"contents\":\"hello\",\"key\":\"é\"");
    }

    @ParameterizedTest
    @MethodSource("unusableSends")
    void send_unusableField_isInvalidAndStoresNothing(String fields) {
        var client = open(ann);

        client.sendText("{\"type\":\"message.send\",\"ref\":\"r\",\"chat_id\":" + chat + "," + fields + "}");

        assertError(client.await("error"), "r", "INVALID_REQUEST");
        assertThat(history()).isEmpty();
    }

    @Test
    void send_asLongAsAllowed_isStoredAsItIs() {
        var client = open(ann);
        var contents = "\uD83D\uDE00".repeat(2_047);

        client.send(send(contents, Map.of()));

        assertThat(contents(client.await("ok"))).isEqualTo(contents);
        assertThat(history()).containsExactly(contents);
    }

    @Test
    void send_isToldToEveryDeviceOfEveryMemberOnce() {
        var sender = live(ann);
        var devices = List.of(sender, live(ann), live(ben), live(ben));
        var bystander = live(somebody("bystander"));

        sender.send(send("hello", Map.of()));

        for (var device : devices) {
            var event = device.await("message");
            assertThat(contents(event)).isEqualTo("hello");
            assertThat(event.path("chat_id").longValue()).isEqualTo(chat);
            assertThat(event.path("seq").longValue()).isEqualTo(1);
            assertThat(cursorOf(event))
                    .isEqualTo(event.path("message").path("id").longValue());
        }
        assertThat(Stream.concat(devices.stream(), Stream.of(bystander))
                        .flatMap(device -> eventsUntilPong(device).stream())
                        .map(frame -> frame.path("type").stringValue()))
                .allMatch(type -> type.equals("ok"))
                .hasSizeLessThan(2);
    }

    @Test
    void send_overHttp_isToldToEveryDeviceOnceAsTheAnswerHasIt() {
        var devices = List.of(live(ann), live(ben));

        var sent = api.post("/chat/" + chat + "/message", ann.token(), Map.of("contents", "hello"))
                .ok();

        for (var device : devices) {
            assertThat(device.await("message").path("message")).isEqualTo(sent);
            assertThat(eventsUntilPong(device)).isEmpty();
        }
    }

    @Test
    void delete_isAnsweredAndToldToEveryDevice() {
        var sender = live(ann);
        var devices = List.of(sender, live(ann), live(ben));
        var id = post("hello");

        sender.send(Map.of("type", "message.delete", "ref", "d", "id", id));

        assertThat(sender.await(frame -> frame.path("ref").asString("").equals("d"))
                        .path("type")
                        .stringValue())
                .isEqualTo("ok");
        devices.stream().skip(1).forEach(device -> assertDeleted(device.await("message.deleted"), id));
        assertThat(history()).isEmpty();
    }

    @Test
    void delete_sender_getsTheEventToo() {
        var sender = live(ann);
        var id = post("hello");
        sender.await("message");

        sender.send(Map.of("type", "message.delete", "id", id));

        var frames = nextEvents(sender, 2);
        assertThat(types(frames)).containsExactlyInAnyOrder("ok", "message.deleted");
        assertThat(eventsUntilPong(sender)).isEmpty();
    }

    @Test
    void delete_aSecondTime_isOkAndNotToldAgain() {
        var client = live(ann);
        var id = post("hello");
        client.send(Map.of("type", "message.delete", "id", id));
        client.send(Map.of("type", "message.delete", "id", id));

        assertThat(types(nextEvents(client, 4))).containsExactlyInAnyOrder("message", "ok", "message.deleted", "ok");
        assertThat(eventsUntilPong(client)).isEmpty();
    }

    @Test
    void delete_messageOfAnother_isNotTheOwners() {
        var id = post("hello");
        var client = open(ben);

        client.send(Map.of("type", "message.delete", "ref", "r", "id", id));

        assertError(client.await("error"), "r", "NOT_THE_OWNER");
        assertThat(history()).containsExactly("hello");
    }

    @Test
    void delete_notAMember_findsNoMessage() {
        var id = post("hello");
        var client = open(somebody("stranger"));

        client.send(Map.of("type", "message.delete", "ref", "r", "id", id));

        assertError(client.await("error"), "r", "MESSAGE_DOES_NOT_EXIST");
        assertThat(history()).containsExactly("hello");
    }

    @Test
    void delete_noSuchMessage_findsNone() {
        var client = open(ann);

        client.send(Map.of("type", "message.delete", "ref", "r", "id", 999_999_999_999L));

        assertError(client.await("error"), "r", "MESSAGE_DOES_NOT_EXIST");
    }

    @Test
    void chatCreated_isToldToEveryDeviceOfEveryMemberAsItCanBeRead() {
        var cyd = somebody("cyd");
        var devices = List.of(live(ann), live(ann), live(ben), live(cyd));
        var bystander = live(somebody("bystander"));

        var made = api.post(
                        "/chat/group/create",
                        ann.token(),
                        Map.of("name", "three", "with_ids", List.of(ben.id(), cyd.id())))
                .ok();

        for (var device : devices) {
            assertThat(device.await("chat.created").path("chat"))
                    .isEqualTo(api.get("/chat/" + made.path("id"), ann.token()).ok());
            assertThat(eventsUntilPong(device)).isEmpty();
        }
        assertThat(eventsUntilPong(bystander)).isEmpty();
    }

    @Test
    void chatCreated_whileConnected_itsMessagesComeAtOnce() {
        var newcomer = somebody("newcomer");
        var client = live(newcomer);

        var made = api.privateChat(ann, newcomer);
        api.post("/chat/" + made + "/message", ann.token(), Map.of("contents", "welcome"))
                .ok();

        assertThat(types(nextEvents(client, 2))).containsExactly("chat.created", "message");
    }

    @Test
    void formerMember_getsNothingOfTheChat() {
        var epoch = open(ben).await("hello").path("cursor").stringValue().replaceAll("-.*", "");
        var group = api.post("/chat/group/create", ann.token(), Map.of("name", "g", "with_ids", List.of(ben.id())))
                .ok()
                .path("id")
                .longValue();
        api.post("/chat/" + group + "/message", ann.token(), Map.of("contents", "secret"))
                .ok();
        database.sql("delete from member where chat_id = $1 and account_id = $2")
                .bind("$1", group)
                .bind("$2", ben.id())
                .then()
                .block(Duration.ofSeconds(5));

        var client = open(ben);
        client.send(Map.of("type", "resume", "since", epoch + "-0"));
        var replayed = nextEvents(client, 2);
        api.post("/chat/" + group + "/message", ann.token(), Map.of("contents", "secret"))
                .ok();
        post("hello");

        assertThat(types(replayed)).containsExactly("chat.created", "synced");
        assertThat(replayed.getFirst().path("chat").path("id").longValue()).isEqualTo(chat);
        assertThat(contents(nextEvents(client, 1).getFirst())).isEqualTo("hello");
    }

    @Test
    void ping_withAndWithoutRef_isAnsweredInKind() {
        var client = open(ann);
        client.await("hello");

        client.send(Map.of("type", "ping", "ref", "p"));
        client.send(Map.of("type", "ping"));

        assertThat(client.next()).isEqualTo(json("{\"type\":\"pong\",\"ref\":\"p\"}"));
        assertThat(client.next()).isEqualTo(json("{\"type\":\"pong\"}"));
    }

    /// All at once on one socket: answered, stored and told in the order in which they were sent.
    @Test
    void send_aThousandWithoutWaiting_allAreAnsweredAndStoredInOrder() {
        var client = live(ann);
        var other = live(ben);
        var count = 1_000;

        IntStream.range(0, count).forEach(n -> client.send(send("m" + n, Map.of("ref", "r" + n))));

        var expected = IntStream.range(0, count).mapToObj(n -> "m" + n).toList();
        assertThat(nextEvents(other, count).stream().map(EventSocketTest::contents))
                .isEqualTo(expected);
        var frames = nextEvents(client, 2 * count);
        var answered = new HashMap<String, String>();
        frames.stream()
                .filter(frame -> frame.path("type").stringValue().equals("ok"))
                .forEach(ok -> answered.put(ok.path("ref").stringValue(), contents(ok)));
        assertThat(answered).hasSize(count).containsEntry("r0", "m0").containsEntry("r999", "m999");
        assertThat(frames.stream()
                        .filter(frame -> frame.path("type").stringValue().equals("message"))
                        .map(EventSocketTest::contents))
                .isEqualTo(expected);
        assertThat(history()).isEqualTo(expected);
    }

    private EventClient open(User user) {
        return opened(EventClient.open(port, user.token()));
    }

    private EventClient live(User user) {
        return opened(EventClient.live(port, user.token()));
    }

    private EventClient opened(EventClient client) {
        opened.add(client);
        return client;
    }

    /// Has Ann send a message over HTTP, and gives its id.
    private long post(String contents) {
        return api.post("/chat/" + chat + "/message", ann.token(), Map.of("contents", contents))
                .ok()
                .path("id")
                .longValue();
    }

    private void delete(User user, long message) {
        api.call("DELETE", "/message/" + message, user.token(), null, Map.of()).ok();
    }

    private Map<String, Object> send(String contents, Map<String, Object> more) {
        var command =
                new HashMap<String, Object>(Map.of("type", "message.send", "chat_id", chat, "contents", contents));
        command.putAll(more);
        return command;
    }

    /// The contents of all messages of the chat, oldest first.
    private List<@Nullable String> history() {
        var contents = new ArrayList<@Nullable String>();
        var seen = new HashSet<Long>();
        long cursor = 0;
        while (seen.add(cursor)) {
            var page = api.get("/chat/" + chat + "/messages?limit=100&cursor=" + cursor, ann.token())
                    .ok()
                    .path("messages");
            for (var message : page) {
                contents.add(message.path("contents").stringValue());
                cursor = message.path("id").longValue();
            }
        }
        return contents;
    }

    private static List<JsonNode> nextEvents(EventClient client, int count) {
        var frames = new ArrayList<JsonNode>();
        while (frames.size() < count) {
            var frame = client.next();
            if (isOfInterest(frame)) {
                frames.add(frame);
            }
        }
        return frames;
    }

    private static List<JsonNode> eventsUntilPong(EventClient client) {
        return client.untilPong().stream().filter(EventSocketTest::isOfInterest).toList();
    }

    private static boolean isOfInterest(JsonNode frame) {
        return !Set.of("hello", "heartbeat", "notification")
                .contains(frame.path("type").stringValue());
    }

    private static List<String> types(List<JsonNode> frames) {
        return frames.stream().map(frame -> frame.path("type").stringValue()).toList();
    }

    private static String contents(JsonNode frame) {
        return frame.path("message").path("contents").stringValue();
    }

    private static long cursorOf(JsonNode frame) {
        return Long.parseLong(frame.path("cursor").stringValue().replaceAll(".*-", ""));
    }

    private static List<Long> cursorsOf(List<JsonNode> frames) {
        return frames.stream().map(EventSocketTest::cursorOf).toList();
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    private static void assertError(JsonNode frame, String ref, String code) {
        assertThat(frame.path("ref").stringValue()).isEqualTo(ref);
        assertThat(frame.path("code").stringValue()).isEqualTo(code);
        assertThat(frame.path("message").stringValue()).isNotBlank();
    }

    private void assertDeleted(JsonNode event, long id) {
        assertThat(event.path("id").longValue()).isEqualTo(id);
        assertThat(event.path("chat_id").longValue()).isEqualTo(chat);
        assertThat(event.path("seq").longValue()).isEqualTo(1);
        assertThat(cursorOf(event)).isGreaterThan(id);
    }

    private void assertResetToAGoodCursor(EventClient client, String cursorOfHello) {
        var reset = nextEvents(client, 1).getFirst();
        assertThat(reset.path("type").stringValue()).isEqualTo("reset");
        assertThat(reset.path("ref").stringValue()).isEqualTo("r");
        assertThat(reset.path("cursor").stringValue()).startsWith(cursorOfHello.replaceAll("-.*", "-"));
        post("between");
        assertThat(eventsUntilPong(client)).isEmpty();
        client.send(Map.of("type", "resume", "since", reset.path("cursor").stringValue()));
        assertThat(types(nextEvents(client, 2))).containsExactly("message", "synced");
    }
}
