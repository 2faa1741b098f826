package koine.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import koine.auth.Tokens;
import koine.delivery.Deliveries;
import koine.delivery.EventFrames;
import koine.delivery.Frame;
import koine.delivery.LiveConnection;
import koine.kernel.Cursor;
import koine.log.Event;
import koine.log.Event.InChat;
import koine.log.Event.OfMember;
import koine.log.Event.ToAccount;
import koine.log.Log;
import koine.log.LogTail;
import koine.log.Signal;
import koine.testing.Api;
import koine.testing.Api.User;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/// Who is told of what by membership, and by which frame: live, by resuming from an old cursor and page by
/// page, which must all tell the same.
@KoineTest
@TestInstance(Lifecycle.PER_CLASS)
class MembershipEventsTest {

    private static final int ALL = 1_000;

    @LocalServerPort
    private int port;

    @Autowired
    private Log log;

    @Autowired
    private LogTail feed;

    @Autowired
    private Deliveries deliveries;

    @Autowired
    private Tokens tokens;

    private final Queue<Event> told = new ConcurrentLinkedQueue<>();
    private final List<EventClient> clients = new ArrayList<>();
    private Api api;
    private User owner;
    private User member;
    private User newcomer;
    private User another;
    private long group;
    private String start;

    @BeforeAll
    void people() {
        api = new Api(port);
        owner = api.register("owner");
        member = api.register("member");
        newcomer = api.register("newcomer");
        another = api.register("another");
        feed.follow(told::addAll);
    }

    @BeforeEach
    void aGroup() {
        group = api.post(
                        "/chat/group/create", owner.token(), Map.of("with_ids", List.of(member.id()), "name", "people"))
                .ok()
                .path("id")
                .longValue();
        start = cursor();
    }

    @AfterEach
    void closeAll() {
        clients.forEach(EventClient::close);
        clients.clear();
    }

    @Test
    void add_live_tellsEveryDeviceOfTheNewcomerAndTheOthers() {
        send(owner, "before");
        var phone = live(newcomer);
        var laptop = live(newcomer);
        var others = Stream.of(live(owner), live(member)).toList();

        add(newcomer);
        var said = send(owner, "after");

        var joined = next(phone);
        assertThat(joined).isEqualTo(next(laptop));
        assertThat(joined.path("type").stringValue()).isEqualTo("chat.joined");
        assertThat(joined.propertyNames()).containsExactly("type", "cursor", "chat");
        assertThat(next(phone).path("message")).isEqualTo(said);
        assertThat(others).allSatisfy(other -> assertChange(next(other), "member.joined", newcomer, "member"));
    }

    @Test
    void add_live_showsTheNewcomerTheChatAsItIs() {
        send(owner, "before");
        var client = live(newcomer);

        add(newcomer);

        assertThat(client.await("chat.joined").path("chat")).isEqualTo(chat(newcomer));
    }

    @Test
    void remove_live_tellsTheRemovedAndTheOthersAndThenOnlyTheOthers() {
        var removed = live(member);
        var other = live(owner);

        remove(owner, member);
        var said = send(owner, "after");

        var left = next(removed);
        assertThat(left.path("type").stringValue()).isEqualTo("chat.left");
        assertThat(left.propertyNames()).containsExactly("type", "cursor", "chat_id");
        assertThat(left.path("chat_id").longValue()).isEqualTo(group);
        assertChange(next(other), "member.left", member, "member");
        assertThat(next(other).path("message")).isEqualTo(said);
        assertThat(untilPong(removed)).isEmpty();
    }

    @Test
    void leaveAndReturn_live_tellsNothingOfWhatWasSaidMeanwhile() {
        var client = live(member);

        leave(member);
        send(owner, "meanwhile");
        add(member);
        send(owner, "after");

        assertThat(Stream.generate(() -> next(client)).limit(3).map(MembershipEventsTest::brief))
                .containsExactly("chat.left", "chat.joined", "message after");
        assertThat(sync(member, start))
                .extracting(MembershipEventsTest::brief)
                .containsExactly("chat.left", "chat.joined", "message after");
    }

    @Test
    void changeRole_live_tellsEverybody() {
        var everybody = Stream.of(live(owner), live(member)).toList();

        changeRole(member, "admin");

        assertThat(everybody).allSatisfy(client -> assertChange(next(client), "member.changed", member, "admin"));
    }

    @Test
    void leave_theLastOwnerLive_isToldAfterTheNewOne() {
        var other = live(member);
        var leaver = live(owner);

        leave(owner);

        assertChange(next(other), "member.changed", member, "owner");
        assertChange(next(other), "member.left", owner, "owner");
        assertThat(next(leaver).path("type").stringValue()).isEqualTo("member.changed");
        assertThat(next(leaver).path("type").stringValue()).isEqualTo("chat.left");
    }

    @Test
    void leave_theLastMember_isToldLiveAndLaterThoughTheMessagesAreGone() {
        var leaver = live(owner);
        send(owner, "hello");
        leave(member);

        leave(owner);

        leaver.await("chat.left");
        assertThat(replay(owner, start))
                .extracting(MembershipEventsTest::brief)
                .containsExactly("member.left", "chat.left");
        assertThat(sync(member, start)).extracting(MembershipEventsTest::brief).containsExactly("chat.left");
    }

    @Test
    void resume_theRemovedFromAnOldCursor_getsEverythingUpToTheRemovalAndNothingAfter() {
        var said = send(member, "before");
        edit(member, said, "before, edited");
        remove(owner, member);
        send(owner, "after");
        add(newcomer);

        var frames = replay(member, start);

        assertThat(frames)
                .extracting(MembershipEventsTest::brief)
                .containsExactly("message before, edited", "message.edited before, edited", "chat.left");
        assertThat(sync(member, start)).isEqualTo(frames);
        assertThat(sync(member, frames.get(1).path("cursor").stringValue())).isEqualTo(frames.subList(2, 3));
        assertThat(sync(member, frames.getLast().path("cursor").stringValue())).isEmpty();
    }

    @Test
    void resume_theNewcomerFromBeforeJoining_getsEverythingFromTheJoiningOn() {
        send(owner, "before");
        var live = live(newcomer);
        add(newcomer);
        send(owner, "after");

        var frames = replay(newcomer, start);

        assertThat(frames).extracting(MembershipEventsTest::brief).containsExactly("chat.joined", "message after");
        assertThat(frames).containsExactly(next(live), next(live));
        assertThat(sync(newcomer, start)).isEqualTo(frames);
    }

    @Test
    void resume_afterTheLastMessageOfThenWasDeleted_showsTheNewcomerNoneOfIt() {
        var said = send(owner, "secret");
        add(newcomer);
        api.call("DELETE", "/message/" + said.path("id"), owner.token(), null, Map.of())
                .ok();

        var frames = replay(newcomer, start);

        assertThat(frames).extracting(MembershipEventsTest::brief).containsExactly("chat.joined", "message.deleted");
        assertThat(frames.getFirst().path("chat").path("last_message").isNull()).isTrue();
        assertThat(frames.getFirst().path("chat").path("last_seq").longValue()).isEqualTo(1);
    }

    @Test
    void resume_byTheOthers_getsWhatWasToldLive() {
        var live = live(owner);
        add(newcomer, another);
        changeRole(newcomer, "admin");
        remove(owner, another);
        leave(newcomer);
        var told = Stream.generate(() -> next(live)).limit(5).toList();

        assertThat(told)
                .extracting(MembershipEventsTest::brief)
                .containsExactly("member.joined", "member.joined", "member.changed", "member.left", "member.left");
        assertThat(replay(owner, start)).isEqualTo(told);
        assertThat(sync(owner, start)).isEqualTo(told);
    }

    @Test
    void addTogether_live_tellsEachOfThemselvesAndOfThoseAfterThem() {
        var first = live(newcomer);
        var second = live(another);

        add(newcomer, another);
        send(owner, "after");

        var joined = next(first);
        assertThat(joined.path("chat")).isEqualTo(next(second).path("chat"));
        assertThat(joined.path("chat").path("participants")).hasSize(4);
        assertChange(next(first), "member.joined", another, "member");
        assertThat(brief(next(second))).isEqualTo("message after");
        assertThat(replay(newcomer, start)).hasSize(3).first().isEqualTo(joined);
        assertThat(replay(another, start))
                .hasSize(2)
                .first()
                .extracting(frame -> frame.path("chat"))
                .isEqualTo(joined.path("chat"));
    }

    @Test
    void resume_aStranger_getsNothingOfIt() {
        var live = live(another);
        send(owner, "hello");
        add(newcomer);
        changeRole(member, "admin");
        leave(owner);

        assertThat(replay(another, start)).isEmpty();
        assertThat(sync(another, start)).isEmpty();
        assertThat(untilPong(live)).isEmpty();
    }

    @Test
    void read_fromTheLog_givesTheEventsThatWereTold() {
        send(owner, "hello");
        add(newcomer, another);
        changeRole(newcomer, "owner");
        remove(owner, another);

        await().until(() -> told().size() == 5);
        assertThat(read(start, ALL)).isEqualTo(told());
        assertThat(Stream.iterate(0, n -> n < 7, n -> n + 1).flatMap(n -> read(after(start, n), 1).stream()))
                .containsExactlyElementsOf(told());
    }

    @Test
    void add_toAGroupWithManyDevices_isEncodedOnceForTheOthers() {
        var frames = new CountingFrames();
        var connections = Stream.of(owner, owner, member, newcomer)
                .map(user -> tokens.verify(user.token()).blockOptional().orElseThrow())
                .map(who -> deliveries.open(who.account(), who.session(), frames))
                .toList();
        connections.forEach(connection -> connection.outgoing().subscribe());
        connections.forEach(connection -> follow(connection, frames));
        await().until(() -> frames.synced.get() == connections.size());

        add(newcomer);

        await().untilAsserted(() -> assertThat(frames.forSubject).hasValue(1));
        assertThat(frames.forOthers).hasValue(1);
        connections.forEach(LiveConnection::close);
    }

    @Test
    void edit_byCommand_answersTheMessageAndTellsEverybody() {
        var sent = send(member, "frist");
        var author = live(member);
        var other = live(owner);

        author.send(Map.of(
                "type", "message.edit", "ref", "e1", "id", sent.path("id").longValue(), "contents", "first"));

        var edited = author.await("message.edited");
        var ok = author.await(frame -> frame.path("ref").asString("").equals("e1"));
        assertThat(ok.path("type").stringValue()).isEqualTo("ok");
        assertThat(edited).isEqualTo(other.await("message.edited"));
        assertThat(edited.propertyNames()).containsExactly("type", "cursor", "chat_id", "seq", "message");
        assertThat(edited.path("message")).isEqualTo(ok.path("message"));
        assertThat(edited.path("message").path("contents").stringValue()).isEqualTo("first");
        assertThat(edited.path("message").path("edited_at").isNull()).isFalse();
        assertThat(replay(owner, start)).hasSize(2).last().isEqualTo(edited);
    }

    @Test
    void edit_byCommandRefused_answersWithTheCode() {
        var sent = send(member, "hello");
        var id = sent.path("id").longValue();

        assertThat(editRefused(owner, Map.of("id", id, "contents", "mine"))).isEqualTo("NOT_THE_OWNER");
        assertThat(editRefused(another, Map.of("id", id, "contents", "mine"))).isEqualTo("MESSAGE_DOES_NOT_EXIST");
        assertThat(editRefused(member, Map.of("id", id))).isEqualTo("INVALID_REQUEST");
        assertThat(editRefused(member, Map.of("contents", "x"))).isEqualTo("INVALID_REQUEST");
    }

    @Test
    void resume_afterAnEditAndADeletion_tellsTheDeletionOnly() {
        var sent = send(member, "secret");
        edit(member, sent, "secret too");
        api.call("DELETE", "/message/" + sent.path("id"), member.token(), null, Map.of())
                .ok();

        assertThat(replay(owner, start)).extracting(MembershipEventsTest::brief).containsExactly("message.deleted");
    }

    private void follow(LiveConnection connection, CountingFrames frames) {
        var position = Cursor.parse(start).orElseThrow().position();
        connection.follow(position, frames::synced).block();
    }

    private static final class CountingFrames implements EventFrames {

        private final AtomicInteger forOthers = new AtomicInteger();
        private final AtomicInteger forSubject = new AtomicInteger();
        private final AtomicInteger synced = new AtomicInteger();

        Optional<Frame> synced(long position) {
            synced.incrementAndGet();
            return Optional.of(new Frame(new byte[1], position));
        }

        @Override
        public Optional<Frame> frameFor(Event event) {
            if (event instanceof ToAccount) {
                return Optional.empty();
            }
            forOthers.incrementAndGet();
            return Optional.of(new Frame(new byte[1], event.position()));
        }

        @Override
        public Optional<Frame> frameForSubject(OfMember event) {
            forSubject.incrementAndGet();
            return Optional.of(new Frame(new byte[1], event.position()));
        }

        @Override
        public Optional<Frame> frameFor(Signal signal) {
            return Optional.empty();
        }

        @Override
        public Optional<Frame> heartbeatAt(long position) {
            return Optional.empty();
        }
    }

    private EventClient live(User user) {
        var client = EventClient.live(port, user.token());
        clients.add(client);
        return client;
    }

    /// What a client gets who resumes from the cursor, without what comes at the end.
    private List<JsonNode> replay(User user, String since) {
        var client = EventClient.open(port, user.token());
        clients.add(client);
        client.await("hello");
        client.send(Map.of("type", "resume", "since", since));
        var frames = new ArrayList<JsonNode>();
        for (var frame = next(client); !brief(frame).equals("synced"); frame = next(client)) {
            frames.add(frame);
        }
        return frames;
    }

    /// The next frame but for heartbeats, which may come at any time, and notifications, which follow from what
    /// is tested here.
    private static JsonNode next(EventClient client) {
        return client.await(frame -> !isBeside(frame));
    }

    private static List<JsonNode> untilPong(EventClient client) {
        return client.untilPong().stream().filter(frame -> !isBeside(frame)).toList();
    }

    private static boolean isBeside(JsonNode frame) {
        return Set.of("heartbeat", "notification").contains(frame.path("type").asString(""));
    }

    private List<JsonNode> sync(User user, String since) {
        var page = api.get("/sync?limit=100&since=" + since, user.token()).ok();
        return page.path("events")
                .valueStream()
                .filter(frame -> !isBeside(frame))
                .toList();
    }

    private List<Event> told() {
        return told.stream()
                .filter(event -> event instanceof InChat in && in.chat().value() == group)
                .skip(1)
                .toList();
    }

    private List<Event> read(String since, int limit) {
        var position = Cursor.parse(since).orElseThrow().position();
        return Objects.requireNonNull(log.read(position, limit).block()).events().stream()
                .filter(event -> event instanceof InChat)
                .toList();
    }

    private static String after(String cursor, long count) {
        var start = Cursor.parse(cursor).orElseThrow();
        return new Cursor(start.epoch(), start.position() + count).toString();
    }

    private String cursor() {
        return Objects.requireNonNull(log.head().block()).cursor().toString();
    }

    private JsonNode send(User by, String contents) {
        return api.post("/chat/" + group + "/message", by.token(), Map.of("contents", contents))
                .ok();
    }

    private void edit(User by, JsonNode message, String contents) {
        call("PATCH", "/message/" + message.path("id"), by, Map.of("contents", contents));
    }

    private String editRefused(User by, Map<String, Object> fields) {
        var client = live(by);
        var command = new HashMap<>(fields);
        command.put("type", "message.edit");
        command.put("ref", "r");
        client.send(command);
        var error = client.await("error");
        assertThat(error.path("ref").stringValue()).isEqualTo("r");
        return error.path("code").stringValue();
    }

    private void add(User... users) {
        var ids = Stream.of(users).map(User::id).toList();
        call("POST", "/chat/" + group + "/members", owner, Map.of("user_ids", ids));
    }

    private void remove(User by, User user) {
        call("DELETE", "/chat/" + group + "/members/" + user.id(), by, null);
    }

    private void changeRole(User user, String role) {
        call("PATCH", "/chat/" + group + "/members/" + user.id(), owner, Map.of("role", role));
    }

    private void leave(User user) {
        call("POST", "/chat/" + group + "/leave", user, null);
    }

    private JsonNode chat(User seenBy) {
        return api.get("/chat/" + group, seenBy.token()).ok();
    }

    private void call(String method, String path, User by, @Nullable Object body) {
        api.call(method, path, by.token(), body, Map.of()).ok();
    }

    private void assertChange(JsonNode frame, String type, User user, String role) {
        assertThat(frame.propertyNames()).containsExactly("type", "cursor", "chat_id", "user", "role");
        assertThat(frame.path("type").stringValue()).isEqualTo(type);
        assertThat(frame.path("chat_id").longValue()).isEqualTo(group);
        assertThat(frame.path("user").toString())
                .isEqualTo("{\"id\":%d,\"username\":\"%s\"}".formatted(user.id(), user.username()));
        assertThat(frame.path("role").stringValue()).isEqualTo(role);
    }

    /// The frame's type and what was said, if anything was.
    private static String brief(JsonNode frame) {
        var contents = frame.path("message").path("contents").asString("");
        return (frame.path("type").stringValue() + " " + contents).strip();
    }
}
