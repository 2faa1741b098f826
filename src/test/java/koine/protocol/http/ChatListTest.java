package koine.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import koine.testing.Api;
import koine.testing.KoineTest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.JsonNode;

/// `GET /user/chats`: order, pages, and what a list shows of each chat.
@KoineTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChatListTest {

    @LocalServerPort
    private int port;

    @Autowired
    private DatabaseClient database;

    private Api api;
    private Api.User me;
    private Api.User other;

    @BeforeAll
    void signIn() {
        api = new Api(port);
        other = api.register("list");
        me = api.register("list");
    }

    @BeforeEach
    void leaveAllChats() {
        database.sql("delete from member where account_id = $1")
                .bind("$1", me.id())
                .then()
                .block();
    }

    @Test
    void chats_ofSomebodyNew_areAnEmptyPage() {
        var page = list("");

        assertThat(page.path("count").intValue()).isZero();
        assertThat(page.path("next").isNull()).isTrue();
        assertThat(page.path("chats").isArray()).isTrue();
        assertThat(page.path("chats")).isEmpty();
    }

    @Test
    void chats_several_comeByLastActivityNewestFirst() {
        var groups = groups(3);
        assertThat(ids(list(""))).isEqualTo(groups.reversed());

        send(other, groups.get(0), "up");

        assertThat(ids(list(""))).containsExactly(groups.get(0), groups.get(2), groups.get(1));
    }

    @Test
    void chats_overSeveralPages_areEachOnOneOfThem() {
        var groups = groups(5);

        var first = list("?limit=2");
        var second = list("?limit=2&cursor=" + encoded(first));
        var third = list("?limit=2&cursor=" + encoded(second));
        var fourth = list("?limit=2&cursor=" + encoded(third));

        assertThat(List.of(ids(first), ids(second), ids(third), ids(fourth)))
                .containsExactly(
                        List.of(groups.get(4), groups.get(3)),
                        List.of(groups.get(2), groups.get(1)),
                        List.of(groups.get(0)),
                        List.of());
        assertThat(fourth.path("next").isNull()).isTrue();
        assertThat(third.path("count").intValue()).isEqualTo(1);
    }

    @Test
    void chats_cursorWithPlainPlus_isTakenAsMeant() {
        var groups = groups(2);
        var next = list("?limit=1").path("next").stringValue();
        assertThat(next).contains("+00:00");

        assertThat(ids(list("?cursor=" + next))).containsExactly(groups.getFirst());
        assertThat(ids(list("?cursor=" + next.replace("+", "%2B")))).containsExactly(groups.getFirst());
        assertThat(ids(list("?cursor=" + next.replace("+", "%20")))).containsExactly(groups.getFirst());
        assertThat(ids(list("?cursor=" + next.replace("+00:00", "Z")))).containsExactly(groups.getFirst());
    }

    /// Else those that did not fit on the page would be on none: the next one begins before that time.
    @Test
    void chats_activeAtTheSameTimeAsThePagesLast_areAllOnIt() {
        var groups = groups(6);
        activeAt(groups.subList(1, 5), "2024-02-29 12:00:00+00");
        activeAt(groups.subList(5, 6), "2024-03-01 00:00:00+00");
        activeAt(groups.subList(0, 1), "2024-01-01 00:00:00+00");

        var first = list("?limit=2");
        var second = list("?limit=2&cursor=" + encoded(first));

        assertThat(ids(first))
                .containsExactly(groups.get(5), groups.get(4), groups.get(3), groups.get(2), groups.get(1));
        assertThat(first.path("count").intValue()).isEqualTo(5);
        assertThat(first.path("next").stringValue()).isEqualTo("2024-02-29T12:00:00.000000+00:00");
        assertThat(ids(second)).containsExactly(groups.get(0));
    }

    @Test
    void chats_limit_is25ByDefaultAndAtMost50() {
        groups(52);

        assertThat(ids(list(""))).hasSize(25);
        assertThat(ids(list("?limit="))).hasSize(25);
        assertThat(ids(list("?limit=1"))).hasSize(1);
        assertThat(ids(list("?limit=50"))).hasSize(50);
        assertThat(ids(list("?limit=51"))).hasSize(50);
        assertThat(ids(list("?limit=999999999999999999"))).hasSize(50);
        assertThat(list("?limit=51").path("count").intValue()).isEqualTo(50);
    }

    @Test
    void chats_ofOthers_areNotListed() {
        var mine = groups(1);
        var stranger = api.register("list");
        api.privateChat(other, stranger);

        assertThat(ids(list(""))).isEqualTo(mine);
        assertThat(api.get("/user/chats", stranger.token()).ok().path("count").intValue())
                .isEqualTo(1);
    }

    @Test
    void chat_withMessages_showsUnreadLastSeqAndTheNewest() {
        var chat = groups(1).getFirst();
        assertCounts(chat, 0, 0);
        assertThat(only().path("last_message").isNull()).isTrue();

        send(other, chat, "one");
        var two = send(other, chat, "two");

        assertCounts(chat, 2, 2);
        assertThat(only().path("last_message")).isEqualTo(two);
    }

    /// Who sends has read: not only its own message, but all before it.
    @Test
    void chat_afterSendingOneself_hasNothingUnread() {
        var chat = groups(1).getFirst();
        send(other, chat, "one");
        send(other, chat, "two");

        send(me, chat, "three");

        assertCounts(chat, 3, 0);
        assertThat(unreadOf(other, chat)).isEqualTo(1);
        assertThat(marks(chat)).containsExactlyInAnyOrderEntriesOf(Map.of(me.id(), 3L, other.id(), 2L));

        send(other, chat, "four");

        assertCounts(chat, 4, 1);
    }

    @Test
    void chat_afterItsNewestWasDeleted_showsTheOneBefore() {
        var chat = groups(1).getFirst();
        var one = send(other, chat, "one");
        var two = send(other, chat, "two");
        var three = send(other, chat, "three");

        delete(two);
        assertThat(only().path("last_message")).isEqualTo(three);

        delete(three);
        assertThat(only().path("last_message")).isEqualTo(one);
        assertThat(details(chat).path("last_message")).isEqualTo(one);
        assertThat(only().path("last_seq").longValue()).isEqualTo(3);

        delete(one);
        assertThat(only().path("last_message").isNull()).isTrue();

        var four = send(other, chat, "four");
        assertThat(four.path("seq").longValue()).isEqualTo(4);
        assertThat(only().path("last_message")).isEqualTo(four);
    }

    @Test
    void chat_privateOrGroup_hasItsTypeNameAndKey() {
        groups(1);
        var group = only();
        assertThat(group.path("type").stringValue()).isEqualTo("group");
        assertThat(group.path("name").stringValue()).isEqualTo("group 0");
        assertThat(group.path("key").stringValue()).matches("[a-z0-9]{10}");

        leaveAllChats();
        api.privateChat(me, api.register("list"));
        assertThat(only().path("type").stringValue()).isEqualTo("private");
        assertThat(only().path("name").isNull()).isTrue();
        assertThat(only().path("key").isNull()).isTrue();
    }

    private void assertCounts(long chat, long lastSeq, long unread) {
        for (var each : List.of(only(), details(chat))) {
            assertThat(each.path("id").longValue()).isEqualTo(chat);
            assertThat(each.path("last_seq").longValue()).isEqualTo(lastSeq);
            assertThat(each.path("unread").isIntegralNumber()).isTrue();
            assertThat(each.path("unread").longValue()).isEqualTo(unread);
        }
    }

    private Map<Long, Long> marks(long chat) {
        var participants = details(chat).path("participants");
        return participants
                .valueStream()
                .collect(Collectors.toMap(
                        each -> each.path("id").longValue(),
                        each -> each.path("read").longValue()));
    }

    private long unreadOf(Api.User user, long chat) {
        return api.get("/chat/" + chat, user.token()).ok().path("unread").longValue();
    }

    private JsonNode details(long chat) {
        return api.get("/chat/" + chat, me.token()).ok();
    }

    private JsonNode only() {
        var chats = list("").path("chats");
        assertThat(chats).hasSize(1);
        return chats.path(0);
    }

    private JsonNode list(String query) {
        return api.get("/user/chats" + query, me.token()).ok();
    }

    private static List<Long> ids(JsonNode page) {
        var ids = page.path("chats")
                .valueStream()
                .map(chat -> chat.path("id").longValue())
                .toList();
        assertThat(page.path("count").intValue()).isEqualTo(ids.size());
        return ids;
    }

    private static String encoded(JsonNode page) {
        return URLEncoder.encode(page.path("next").stringValue(), StandardCharsets.UTF_8);
    }

    /// Groups of the two, oldest first.
    private List<Long> groups(int count) {
        return new ArrayList<>(IntStream.range(0, count).mapToObj(this::group).toList());
    }

    private long group(int n) {
        var body = Map.of("with_ids", List.of(other.id()), "name", "group " + n);
        return api.post("/chat/group/create", me.token(), body).ok().path("id").longValue();
    }

    private JsonNode send(Api.User author, long chat, String contents) {
        return api.post("/chat/" + chat + "/message", author.token(), Map.of("contents", contents))
                .ok();
    }

    private void delete(JsonNode message) {
        api.call("DELETE", "/message/" + message.path("id").longValue(), other.token(), null, Map.of())
                .ok();
    }

    private void activeAt(List<Long> chats, String time) {
        for (var change : List.of(
                "update chat set active_at = $2::timestamptz where id = any ($1)",
                "update listed_chat set active_at = $2::timestamptz where chat_id = any ($1)")) {
            database.sql(change)
                    .bind("$1", chats.toArray(Long[]::new))
                    .bind("$2", time)
                    .then()
                    .block();
        }
    }
}
