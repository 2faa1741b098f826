package koine.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import koine.testing.Api;
import koine.testing.Api.Answer;
import koine.testing.Api.User;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.JsonNode;

/// Rooms, as they are answered and as they are told of: live and later.
@KoineTest
@TestInstance(Lifecycle.PER_CLASS)
class RoomsTest {

    @LocalServerPort
    private int port;

    @Autowired
    private DatabaseClient database;

    private final List<EventClient> clients = new ArrayList<>();
    private Api api;
    private People people;
    private User owner;
    private User guest;
    private User stranger;
    private String name;
    private long room;
    private String start;

    @BeforeAll
    void people(@Autowired BeanFactory service) {
        api = new Api(port);
        people = new People(service);
        owner = people.one("owner");
        guest = people.one("guest");
        stranger = people.one("stranger");
    }

    @BeforeEach
    void aRoom() {
        name = "Room " + Long.toString(System.nanoTime(), 36);
        room = create(owner, Map.of("name", name, "bio", "Come in."))
                .ok()
                .path("id")
                .longValue();
        start = api.get("/sync", owner.token()).ok().path("cursor").stringValue();
    }

    @AfterEach
    void closeAll() {
        clients.forEach(EventClient::close);
        clients.clear();
    }

    @Test
    void create_aRoom_answersItAndTellsItsOwner() {
        var live = live(owner);

        var made = create(owner, Map.of("name", name + " two")).ok();

        assertThat(made.path("type").stringValue()).isEqualTo("room");
        assertThat(made.path("name").stringValue()).isEqualTo(name + " two");
        assertThat(made.path("bio").isNull()).isTrue();
        assertThat(made.path("key").stringValue()).hasSize(10);
        assertThat(made.path("participants")).hasSize(1);
        assertThat(made.path("participants").path(0).path("role").stringValue()).isEqualTo("owner");
        assertThat(made).isEqualTo(chat(made.path("id").longValue(), owner).ok());
        assertThat(live.await("chat.created").path("chat")).isEqualTo(made);
    }

    @Test
    void create_withABio_showsItInTheEventToo() {
        var events =
                sync(owner, api.get("/sync", owner.token()).ok().path("cursor").stringValue());
        assertThat(events).isEmpty();

        var made = create(owner, Map.of("name", name + " b", "bio", "Words.")).ok();

        assertThat(sync(owner, start).getLast().path("chat")).isEqualTo(made);
        assertThat(made.path("bio").stringValue()).isEqualTo("Words.");
    }

    @Test
    void create_aNameThatIsTakenInAnotherCase_isAConflict() {
        var answer = create(guest, Map.of("name", name.toUpperCase(Locale.ROOT)));

        assertRefused(answer, 409, "CONFLICT");
        assertThat(answer.body().path("details").path("errors").path("name").stringValue())
                .isEqualTo("is taken");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"name\":null}",
                "{\"name\":\"\"}",
                "{\"name\":\" x\"}",
                "{\"name\":\"x\\n\"}",
                "{\"name\":\"a\\tb\"}",
                "{\"name\":1}",
                "{\"name\":\"fine\",\"bio\":1}",
                "{\"name\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}",
                "{\"name\":\"f\",\"bio\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}"
            })
    void create_malformed_isAnInvalidRequest(String body) {
        assertRefused(create(owner, body), 400, "INVALID_REQUEST");
    }

    @Test
    void change_aRoomsName_keepsNamesUniqueAndFindsItByTheNewOne() {
        var other = name + " other";
        create(guest, Map.of("name", other)).ok();

        assertRefused(change(Map.of("name", other.toLowerCase(Locale.ROOT))), 409, "CONFLICT");
        assertRefused(change(Map.of("name", " " + name)), 400, "INVALID_REQUEST");
        change(Map.of("name", name.toLowerCase(Locale.ROOT))).ok();
        change(Map.of("name", name + " new")).ok();

        assertRefused(join(guest, name), 404, "CHAT_DOES_NOT_EXIST");
        join(guest, name + " NEW").ok();
        create(stranger, Map.of("name", name)).ok();
    }

    @Test
    void join_byNameInAnotherCase_answersTheRoomAndTellsTheOthers() {
        send(owner, "before");
        var phone = live(guest);
        var laptop = live(guest);
        var others = live(owner);
        var outside = live(stranger);

        var joined = join(guest, name.toUpperCase(Locale.ROOT)).ok();

        assertThat(joined).isEqualTo(chat(room, guest).ok());
        assertThat(joined.path("unread").longValue()).isZero();
        assertThat(joined.path("participants").path(1).path("role").stringValue())
                .isEqualTo("member");
        assertThat(phone.await("chat.joined").path("chat")).isEqualTo(joined);
        assertThat(laptop.await("chat.joined").path("chat")).isEqualTo(joined);
        var told = others.await("member.joined");
        assertThat(told.path("user").path("id").longValue()).isEqualTo(guest.id());
        send(guest, "hello");
        others.await("message");
        assertThat(outside.untilPong()).isEmpty();
        assertThat(types(sync(guest, start))).containsExactly("chat.joined", "message");
        assertThat(types(sync(owner, start))).containsExactly("message", "member.joined", "message");
        assertThat(sync(stranger, start)).isEmpty();
    }

    @Test
    void join_twice_answersTheRoomAsItIsAndTellsNothing() {
        join(guest, name).ok();
        var before = api.get("/sync", owner.token()).ok().path("cursor").stringValue();

        assertThat(join(guest, name).ok()).isEqualTo(chat(room, guest).ok());
        assertThat(join(owner, name)
                        .ok()
                        .path("participants")
                        .path(0)
                        .path("role")
                        .stringValue())
                .isEqualTo("owner");

        assertThat(sync(owner, before)).isEmpty();
    }

    @Test
    void join_refused_answersWithStatusAndCode() {
        assertRefused(join(guest, name + " not there"), 404, "CHAT_DOES_NOT_EXIST");
        assertRefused(post("/chat/room/join", guest, "{}"), 400, "INVALID_REQUEST");
        assertRefused(post("/chat/room/join", guest, "{\"name\":7}"), 400, "INVALID_REQUEST");
        assertRefused(api.post("/chat/room/join", null, Map.of("name", name)), 401, "NOT_AUTHENTICATED");
        assertRefused(api.post("/chat/room/create", null, Map.of("name", "n")), 401, "NOT_AUTHENTICATED");
        assertRefused(api.get("/chat/rooms", null), 401, "NOT_AUTHENTICATED");
    }

    @Test
    void join_aGroupByItsName_isNotPossible() {
        var group = name + " group";
        post("/chat/group/create", owner, Map.of("name", group, "with_ids", List.of(stranger.id())))
                .ok();

        assertRefused(join(guest, group), 404, "CHAT_DOES_NOT_EXIST");
        assertThat(names(find(group, ""))).doesNotContain(group);
    }

    @Test
    void join_aFullRoom_isForbidden() {
        fill(room, 1_000);

        assertRefused(join(guest, name), 403, "FORBIDDEN");
        assertRefused(
                post("/chat/" + room + "/members", owner, Map.of("user_ids", List.of(guest.id()))),
                400,
                "INVALID_REQUEST");
    }

    @Test
    void createGroup_withMoreThanTheMostMembers_isAnInvalidRequest() {
        var ids = people.many("many", 1_001).stream().map(User::id).toList();

        assertRefused(post("/chat/group/create", owner, Map.of("name", "g", "with_ids", ids)), 400, "INVALID_REQUEST");
        assertThat(post("/chat/group/create", owner, Map.of("name", "g", "with_ids", ids.subList(0, 1_000)))
                        .ok()
                        .path("participants"))
                .hasSize(1_001);
    }

    @Test
    void stranger_toARoom_seesNothingOfIt() {
        send(owner, "inside");

        assertRefused(chat(room, stranger), 404, "CHAT_DOES_NOT_EXIST");
        assertRefused(api.get("/chat/" + room + "/messages", stranger.token()), 404, "CHAT_DOES_NOT_EXIST");
        assertRefused(
                post("/chat/" + room + "/message", stranger, Map.of("contents", "x")), 404, "CHAT_DOES_NOT_EXIST");
    }

    @Test
    void leave_everybody_deletesTheRoomAndFreesItsName() {
        join(guest, name).ok();
        post("/chat/" + room + "/leave", owner, "{}").ok();
        assertThat(members(name)).isEqualTo(1);
        assertThat(chat(room, guest)
                        .ok()
                        .path("participants")
                        .path(0)
                        .path("role")
                        .stringValue())
                .isEqualTo("owner");

        post("/chat/" + room + "/leave", guest, "{}").ok();

        assertThat(names(find(name, ""))).doesNotContain(name);
        create(stranger, Map.of("name", name)).ok();
    }

    @Test
    void find_byTheBeginning_comesBeforeThoseThatAreAlike() {
        var word = "zeppelin" + Long.toString(System.nanoTime(), 36);
        Stream.of(word + " b", "our " + word, word.toUpperCase(Locale.ROOT) + " A", "something else")
                .map(each -> each.equals("something else") ? each + System.nanoTime() : each)
                .forEach(each -> create(owner, Map.of("name", each)).ok());

        assertThat(names(find(word, "")))
                .containsExactly(word.toUpperCase(Locale.ROOT) + " A", word + " b", "our " + word);
    }

    @Test
    void find_aRoom_showsHowManyAreInIt() {
        assertThat(members(name)).isEqualTo(1);
        join(guest, name).ok();
        join(stranger, name).ok();
        assertThat(members(name)).isEqualTo(3);
        post("/chat/" + room + "/leave", stranger, "{}").ok();

        var found = find(name, "").ok().path("rooms").path(0);

        assertThat(found.propertyNames()).containsExactly("id", "name", "bio", "members");
        assertThat(found.path("id").longValue()).isEqualTo(room);
        assertThat(found.path("bio").stringValue()).isEqualTo("Come in.");
        assertThat(found.path("members").intValue()).isEqualTo(2);
    }

    @Test
    void find_pageByPage_givesEachOnceInOrder() {
        var word = "page" + Long.toString(System.nanoTime(), 36);
        var all = Stream.of("a", "B", "c", "D", "e").map(each -> word + each).toList();
        all.reversed().forEach(each -> create(owner, Map.of("name", each)).ok());

        var first = find(word, "&limit=2").ok();
        var second = find(word, "&limit=2&cursor=" + first.path("next").stringValue())
                .ok();
        var third = find(word, "&limit=2&cursor=" + second.path("next").stringValue())
                .ok();

        assertThat(Stream.of(first, second, third)
                        .flatMap(page -> page.path("rooms").valueStream()))
                .extracting(each -> each.path("name").stringValue())
                .containsExactlyElementsOf(all);
        assertThat(third.path("next").isNull()).isTrue();
    }

    @Test
    void find_withoutAText_givesAllPageByPage() {
        var page = api.get("/chat/rooms?limit=1", owner.token()).ok();

        assertThat(page.path("rooms")).hasSize(1);
        assertThat(page.path("next").isNull()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=x",
                "q=%00",
                "cursor=%00",
                "q=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                "cursor=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            })
    void find_malformed_isAnInvalidRequest(String query) {
        assertRefused(api.get("/chat/rooms?" + query, owner.token()), 400, "INVALID_REQUEST");
    }

    private void fill(long chat, int count) {
        var ids = people.many("filler", count).stream().map(User::id).toArray(Long[]::new);
        Objects.requireNonNull(database.sql("insert into member (chat_id, account_id, role, joined_at) "
                        + "select $1, unnest($2::bigint[]), 'member', 0")
                .bind("$1", chat)
                .bind("$2", ids)
                .fetch()
                .rowsUpdated()
                .block());
    }

    private int members(String exactName) {
        return find(exactName, "").ok().path("rooms").path(0).path("members").intValue();
    }

    private Answer find(String query, String more) {
        return api.get("/chat/rooms?q=" + query.replace(" ", "%20") + more.replace(" ", "%20"), stranger.token());
    }

    private static List<String> names(Answer answer) {
        return answer.ok()
                .path("rooms")
                .valueStream()
                .map(each -> each.path("name").stringValue())
                .toList();
    }

    private EventClient live(User user) {
        var client = EventClient.live(port, user.token());
        clients.add(client);
        return client;
    }

    private List<JsonNode> sync(User user, String since) {
        return api.get("/sync?since=" + since, user.token())
                .ok()
                .path("events")
                .valueStream()
                .toList();
    }

    private static List<String> types(List<JsonNode> frames) {
        return frames.stream().map(frame -> frame.path("type").stringValue()).toList();
    }

    private Answer chat(long id, User user) {
        return api.get("/chat/" + id, user.token());
    }

    private void send(User author, String contents) {
        post("/chat/" + room + "/message", author, Map.of("contents", contents)).ok();
    }

    private Answer create(User user, Object body) {
        return post("/chat/room/create", user, body);
    }

    private Answer join(User user, String roomName) {
        return post("/chat/room/join", user, Map.of("name", roomName));
    }

    private Answer change(Object body) {
        return api.call("PATCH", "/chat/" + room, owner.token(), body, Map.of());
    }

    private Answer post(String path, User user, Object body) {
        return api.post(path, user.token(), body);
    }

    private static void assertRefused(Answer answer, int status, String code) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
    }
}
