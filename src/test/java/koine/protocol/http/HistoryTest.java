package koine.protocol.http;

import static koine.protocol.http.Errors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import koine.testing.Api;
import koine.testing.KoineTest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/// `GET /chat/{id}/messages`: pages forwards from a cursor and backwards from a message.
@KoineTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HistoryTest {

    private static final int SENT = 106;

    @LocalServerPort
    private int port;

    private Api api;
    private Api.User one;
    private Api.User two;
    private long chat;

    /// The ids of what is left of 106 messages, of which the third and the last but one were deleted. The
    /// second of the two wrote only every tenth.
    private List<Long> ids;

    @BeforeAll
    void fillAChat() {
        api = new Api(port);
        one = api.register("history");
        two = api.register("history");
        chat = api.privateChat(one, two);
        ids = new ArrayList<>(IntStream.range(0, SENT)
                .mapToObj(n -> send(n % 10 == 9 ? two : one, chat, "message " + n))
                .toList());
        for (var deleted : List.of(SENT - 2, 2)) {
            api.call("DELETE", "/message/" + ids.remove((int) deleted), one.token(), null, Map.of())
                    .ok();
        }
    }

    @Test
    void history_withoutCursor_isFromTheOldestOn50() {
        for (var query : List.of("", "?cursor=", "?cursor=0", "?limit=", "?before=")) {
            assertThat(ids(history(query))).isEqualTo(ids.subList(0, 50));
        }
    }

    @Test
    void history_limit_isAtMost100() {
        assertThat(ids(history("?limit=1"))).isEqualTo(ids.subList(0, 1));
        assertThat(ids(history("?limit=100"))).isEqualTo(ids.subList(0, 100));
        assertThat(ids(history("?limit=101"))).isEqualTo(ids.subList(0, 100));
        assertThat(ids(history("?limit=999999999999999999"))).isEqualTo(ids.subList(0, 100));
        assertThat(ids(history("?before=latest&limit=101"))).isEqualTo(ids.subList(4, 104));
    }

    @Test
    void history_cursorAndLimit_workTogether() {
        assertThat(ids(history("?limit=3&cursor=" + ids.get(9)))).isEqualTo(ids.subList(10, 13));
        assertThat(ids(history("?cursor=" + ids.get(9)))).isEqualTo(ids.subList(10, 60));
    }

    @Test
    void history_fromCursorToCursor_hasEachMessageOnce() {
        var all = new ArrayList<Long>();
        for (var page = ids(history("?limit=30")); !page.isEmpty(); page = ids(after(all.getLast(), 30))) {
            all.addAll(page);
        }
        assertThat(all).isEqualTo(ids);
    }

    @Test
    void history_before_hasTheNewestOnesBeforeItAscending() {
        assertThat(ids(history("?before=latest"))).isEqualTo(ids.subList(54, 104));
        assertThat(ids(history("?before=latest&limit=2"))).isEqualTo(ids.subList(102, 104));
        assertThat(ids(history("?limit=5&before=" + ids.get(50)))).isEqualTo(ids.subList(45, 50));
        assertThat(ids(history("?before=" + ids.get(3)))).isEqualTo(ids.subList(0, 3));
        assertThat(ids(history("?before=" + ids.getFirst()))).isEmpty();
        assertThat(ids(history("?before=0"))).isEmpty();
    }

    @Test
    void history_scrolledBackFromTheNewest_hasEachMessageOnce() {
        var all = new ArrayList<Long>();
        for (var page = ids(history("?before=latest&limit=30")); !page.isEmpty(); ) {
            all.addAll(0, page);
            page = ids(history("?limit=30&before=" + page.getFirst()));
        }
        assertThat(all).isEqualTo(ids);
    }

    @Test
    void history_afterTheNewest_isEmpty() {
        for (var cursor : List.of(ids.getLast(), 999_999_999_999_999_999L)) {
            var page = after(cursor, 10);

            assertThat(page.path("count").intValue()).isZero();
            assertThat(page.path("messages")).isEmpty();
            assertThat(page.path("authors").isArray()).isTrue();
            assertThat(page.path("authors")).isEmpty();
        }
    }

    @Test
    void history_ofBoth_namesEachAuthorOnceAndOnlyThosesOnThePage() {
        assertThat(authors(history("?limit=5"))).containsExactly(Map.entry(one.id(), one.username()));
        assertThat(authors(history("?limit=30")))
                .containsExactly(Map.entry(one.id(), one.username()), Map.entry(two.id(), two.username()));
    }

    @Test
    void history_messages_haveTheirSeqAndChat() {
        var messages = history("?limit=3").path("messages");

        assertThat(messages.valueStream().map(each -> each.path("seq").longValue()))
                .containsExactly(1L, 2L, 4L);
        assertThat(messages.valueStream().map(each -> each.path("chat_id").longValue()))
                .containsOnly(chat);
        assertThat(messages.valueStream().map(each -> each.path("contents").stringValue()))
                .containsExactly("message 0", "message 1", "message 3");
        assertThat(messages.path(0).path("kind").stringValue()).isEqualTo("text");
        for (var field : List.of("media", "reply_to", "edited_at", "deleted_at")) {
            assertThat(messages.path(0).path(field).isNull()).as(field).isTrue();
        }
    }

    @Test
    void history_ofAnotherChat_isNotMixedIn() {
        var third = api.register("history");
        var elsewhere = api.privateChat(one, third);
        var message = send(third, elsewhere, "elsewhere");

        assertThat(ids(api.get("/chat/" + elsewhere + "/messages", one.token()).ok()))
                .containsExactly(message);
        assertThat(ids(history("?before=latest"))).doesNotContain(message);
        assertRefused(api.get("/chat/" + chat + "/messages", third.token()), 404, "CHAT_DOES_NOT_EXIST");
    }

    private JsonNode history(String query) {
        return api.get("/chat/" + chat + "/messages" + query, two.token()).ok();
    }

    private JsonNode after(long cursor, int limit) {
        return history("?limit=" + limit + "&cursor=" + cursor);
    }

    private long send(Api.User author, long to, String contents) {
        return api.post("/chat/" + to + "/message", author.token(), Map.of("contents", contents))
                .ok()
                .path("id")
                .longValue();
    }

    private static List<Long> ids(JsonNode page) {
        var ids = page.path("messages")
                .valueStream()
                .map(each -> each.path("id").longValue())
                .toList();
        assertThat(page.path("count").intValue()).isEqualTo(ids.size());
        return ids;
    }

    private static List<Map.Entry<Long, String>> authors(JsonNode page) {
        return page.path("authors")
                .valueStream()
                .map(each -> Map.entry(
                        each.path("id").longValue(), each.path("username").stringValue()))
                .toList();
    }
}
