package koine.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import koine.testing.Api;
import koine.testing.Api.Answer;
import koine.testing.Api.User;
import koine.testing.KoineTest;
import koine.testing.People;
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

/// Everything is looked for both at once and after the index of words has come past it.
@KoineTest
@TestInstance(Lifecycle.PER_CLASS)
class SearchTest {

    @LocalServerPort
    private int port;

    @Autowired
    private DatabaseClient database;

    private Api api;
    private User ann;
    private User bob;
    private User stranger;
    private User outsider;
    private long group;
    private String word;

    @BeforeAll
    void people(@Autowired BeanFactory service) {
        api = new Api(port);
        var people = new People(service);
        ann = people.one("ann");
        bob = people.one("bob");
        stranger = people.one("stranger");
        outsider = people.one("outsider");
    }

    @BeforeEach
    void aGroup() {
        group = group(ann, "keep");
        word = "w" + Long.toString(System.nanoTime(), 36);
    }

    @Test
    void find_aWord_isThereAtOnceAndWhenIndexed() {
        var said = send(group, "The difference " + word.toUpperCase(Locale.ROOT) + ", Ada!");

        assertThat(find(bob, word).ok().path("messages").path(0)).isEqualTo(said);
        awaitIndexed();
        assertThat(indexedWords(said)).isEqualTo(1);
        assertThat(find(bob, word).ok().path("messages")).hasSize(1);
        assertThat(find(bob, word + " ada").ok().path("messages").path(0)).isEqualTo(said);
        assertThat(texts(find(bob, word + " babbage"))).isEmpty();
        assertThat(texts(find(bob, word.substring(0, 4)))).isEmpty();
    }

    @Test
    void find_several_givesTheNewestFirstPageByPage() {
        IntStream.rangeClosed(1, 3).forEach(n -> send(group, word + " " + n));
        awaitIndexed();
        IntStream.rangeClosed(4, 5).forEach(n -> send(group, word + " " + n));

        var first = find(ann, word, "&limit=2").ok();
        var second = find(ann, word, "&limit=2&before=" + first.path("next")).ok();
        var third = find(ann, word, "&limit=2&before=" + second.path("next")).ok();

        assertThat(Stream.of(first, second, third)
                        .flatMap(page -> page.path("messages").valueStream()))
                .extracting(message -> message.path("contents").stringValue())
                .containsExactly(word + " 5", word + " 4", word + " 3", word + " 2", word + " 1");
        assertThat(third.path("next").isNull()).isTrue();
    }

    @Test
    void find_inOneChat_leavesTheOthersOut() {
        var other = group(ann, "keep");
        send(group, word + " here");
        send(other, word + " there");

        assertThat(texts(find(ann, word, "&chat_id=" + other))).containsExactly(word + " there");
        awaitIndexed();
        assertThat(texts(find(ann, word, "&chat_id=" + other))).containsExactly(word + " there");
        assertThat(texts(find(ann, word))).containsExactly(word + " there", word + " here");
    }

    @Test
    void find_byAStranger_findsNothing() {
        send(group, word);

        assertThat(texts(find(stranger, word))).isEmpty();
        awaitIndexed();
        assertThat(texts(find(stranger, word))).isEmpty();
        assertRefused(find(stranger, word, "&chat_id=" + group), 404, "CHAT_DOES_NOT_EXIST");
        assertRefused(api.get("/search?q=" + word, null), 401, "NOT_AUTHENTICATED");
    }

    @Test
    void find_byOneWhoHasLeft_findsNothing() {
        send(group, word);
        awaitIndexed();
        assertThat(texts(find(bob, word))).hasSize(1);

        api.post("/chat/" + group + "/leave", bob.token(), "{}").ok();

        assertThat(texts(find(bob, word))).isEmpty();
        assertRefused(find(bob, word, "&chat_id=" + group), 404, "CHAT_DOES_NOT_EXIST");
        assertThat(texts(find(ann, word))).hasSize(1);
    }

    @Test
    void edit_aMessage_isFoundByWhatItIsAndNotByWhatItWas() {
        var early = send(group, word + " early old" + word);
        awaitIndexed();
        var late = send(group, word + " late old" + word);

        edit(early, word + " early new" + word);
        edit(late, word + " late new" + word);

        assertEdited();
        awaitIndexed();
        assertEdited();
    }

    private void assertEdited() {
        assertThat(texts(find(bob, "old" + word))).isEmpty();
        assertThat(texts(find(bob, "new" + word)))
                .containsExactly(word + " late new" + word, word + " early new" + word);
    }

    @Test
    void delete_aMessage_isFoundNoMoreAndItsWordsAreGone() {
        var early = send(group, word);
        awaitIndexed();
        var late = send(group, word);

        Stream.of(early, late)
                .forEach(message -> api.call("DELETE", "/message/" + message.path("id"), ann.token(), null, Map.of())
                        .ok());

        assertThat(texts(find(bob, word))).isEmpty();
        assertThat(indexedWords(early)).isZero();
        awaitIndexed();
        assertThat(texts(find(bob, word))).isEmpty();
        assertThat(indexedWords(early) + indexedWords(late)).isZero();
    }

    @Test
    void delete_theChat_removesItsWords() {
        var early = send(group, word);
        awaitIndexed();
        var late = send(group, word);

        api.call("DELETE", "/chat/" + group, ann.token(), null, Map.of()).ok();

        assertThat(texts(find(bob, word))).isEmpty();
        await().untilAsserted(() ->
                assertThat(count("message where chat_id = " + group)).isZero());
        awaitIndexed();
        assertThat(indexedWords(early) + indexedWords(late)).isZero();
    }

    @Test
    void find_inAChatThatDoesNotKeep_findsNothing() {
        var passing = group(ann, "until_delivered");
        var said = send(passing, word);

        assertThat(texts(find(ann, word))).isEmpty();
        awaitIndexed();
        assertThat(texts(find(ann, word))).isEmpty();
        assertThat(indexedWords(said)).isZero();
    }

    @Test
    void find_aCommonWord_givesTheNewestOfOnesOwnOnly() {
        var other = group(stranger, "keep");
        run("insert into message (id, chat_id, author_id, seq, contents, created_at, updated_at) "
                + "select -n, case when n % 100 = 0 then " + group + " else " + other + " end, " + ann.id()
                + ", n, '" + word + " ' || n, now(), now() from generate_series(1, 6000) n");
        run("insert into message_text (message_id, chat_id, words) select id, chat_id, to_tsvector('simple', contents) "
                + "from message where id < 0 and author_id = " + ann.id());
        send(group, word + " newest");

        assertThat(texts(find(ann, word, "&limit=3"))).containsExactly(word + " newest", word + " 100", word + " 200");
        assertThat(texts(find(bob, word, "&limit=100"))).hasSize(61);
        assertThat(texts(find(bob, word, "&limit=100&chat_id=" + group))).hasSize(61);
        run("delete from message where id < 0");
        run("delete from message_text where message_id < 0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "q=",
                "q=%20%20",
                "q=%00",
                "q=a+b+c+d+e+f+g+h+i+j+k",
                "q=a&limit=0",
                "q=a&limit=x",
                "q=a&before=x",
                "q=a&before=-1",
                "q=a&chat_id=x",
                "q=a&chat_id=0"
            })
    void find_malformed_isAnInvalidRequest(String query) {
        assertRefused(api.get("/search?" + query, ann.token()), 400, "INVALID_REQUEST");
    }

    @Test
    void find_tooLong_isAnInvalidRequest() {
        assertRefused(find(ann, "x".repeat(129)), 400, "INVALID_REQUEST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"!!!", "' | & ! ( <-> :*", "a'b\\c"})
    void find_signsOfTheQueryLanguage_areNothingSpecial(String query) {
        assertThat(find(ann, query).ok().path("messages").isArray()).isTrue();
    }

    private long group(User owner, String retention) {
        var other = owner.equals(ann) ? bob : outsider;
        var body = Map.of("with_ids", List.of(other.id()), "name", "g", "retention", retention);
        return api.post("/chat/group/create", owner.token(), body)
                .ok()
                .path("id")
                .longValue();
    }

    private JsonNode send(long chat, String contents) {
        return api.post("/chat/" + chat + "/message", ann.token(), Map.of("contents", contents))
                .ok();
    }

    private void edit(JsonNode message, String contents) {
        api.call("PATCH", "/message/" + message.path("id"), ann.token(), Map.of("contents", contents), Map.of())
                .ok();
    }

    private Answer find(User user, String query) {
        return find(user, query, "");
    }

    private Answer find(User user, String query, String more) {
        return api.get("/search?q=" + URLEncoder.encode(query, StandardCharsets.UTF_8) + more, user.token());
    }

    private static List<String> texts(Answer answer) {
        return answer.ok()
                .path("messages")
                .valueStream()
                .map(message -> message.path("contents").stringValue())
                .toList();
    }

    private void awaitIndexed() {
        var head = number("select position as n from log_clock");
        await().untilAsserted(() ->
                assertThat(number("select position as n from indexed")).isGreaterThanOrEqualTo(head));
    }

    private long indexedWords(JsonNode message) {
        return count("message_text where message_id = " + message.path("id"));
    }

    private long count(String fromWhere) {
        return number("select count(*) as n from " + fromWhere);
    }

    private long number(String sql) {
        return Objects.requireNonNull(
                database.sql(sql).map(row -> row.get("n", Long.class)).one().block());
    }

    private void run(String sql) {
        database.sql(sql).then().block();
    }

    private static void assertRefused(Answer answer, int status, String code) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
    }
}
