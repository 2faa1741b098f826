package koine.protocol.http;

import static koine.protocol.http.Errors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import koine.testing.Api;
import koine.testing.Api.Answer;
import koine.testing.KoineTest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.r2dbc.core.DatabaseClient;

/// What every field, path and query may hold: the last value that is taken and the first that is not. Lengths
/// are counted in code points, which an emoji shows: it is one of them and two of Java's `char`s.
@KoineTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FieldRulesTest {

    private static final List<String> PUBLIC = List.of("/register", "/login");
    private static final String EMOJI = "😀";
    private static final String TOO_LONG_A_NUMBER = "99999999999999999999";

    /// As they stand in JSON.
    private static final List<String> UNSTORABLE =
            List.of("\"a\\u0000b\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\udc00\\ud800\"", "\"a\\ud83d\"");

    private static final List<String> NO_TEXT = List.of("5", "1.5", "true", "[]", "[\"a\"]", "{}");
    private static final List<String> NO_ID =
            List.of("0", "-1", "1.5", "1.0", "1e2", "\"1\"", "\"\"", "true", "null", "{}", "[1]", TOO_LONG_A_NUMBER);

    @LocalServerPort
    private int port;

    @Autowired
    private DatabaseClient database;

    private Api api;
    private Api.User user;
    private Api.User other;
    private long chat;

    /// A call that must be refused for one of its fields.
    private record Bad(String method, String path, String body, String field) {

        @Override
        public String toString() {
            return "%s %s %s".formatted(method, path, body.length() > 90 ? body.substring(0, 90) + "…" : body);
        }
    }

    @BeforeAll
    void makeAChat() {
        api = new Api(port);
        user = api.register("fields");
        other = api.register("fields");
        chat = api.privateChat(user, other);
    }

    @ParameterizedTest
    @MethodSource({"badRegistrations", "badLogins", "badBios", "badPrivateChats", "badGroups", "badMessages"})
    void body_fieldUnusable_isRefusedWithItsName(Bad bad) {
        assertRefused(call(bad), 400, "INVALID_REQUEST", bad.field());
    }

    static Stream<Bad> badRegistrations() {
        var username = new ArrayList<>(List.of("\"\"", "null", text("x", 65), text(EMOJI, 65)));
        username.addAll(quoted(" ", "a b", "a\u00a0b", "a\u3000b", "a@b", "@", "a＠b", "a﹫b", "a\u2029b"));
        username.addAll(List.of("\"a\\tb\"", "\"a\\u0001b\"", "\"a\\n\""));
        username.addAll(UNSTORABLE);
        username.addAll(NO_TEXT);
        var email = new ArrayList<>(quoted("", "x", "a@b", "@b.de", "a@", "a@b@c.de", "a b@c.de", "a@b..de", "a@.de"));
        email.add('"' + "x".repeat(250) + "@ab.de\"");
        email.addAll(UNSTORABLE);
        email.addAll(NO_TEXT);
        var password = new ArrayList<>(List.of("\"\"", "null", text("x", 3), text(EMOJI, 3), text("x", 2_048)));
        password.add(text(EMOJI, 2_048));
        password.addAll(List.of("\"abcd\\u0000\"", "\"abcd\\ud800\""));
        password.addAll(NO_TEXT);
        return concat(
                bad("POST", "/register", "{'username':%s,'password':'secret'}", "username", username),
                bad("POST", "/register", "{'username':'x','email':%s,'password':'secret'}", "email", email),
                bad("POST", "/register", "{'username':'x','password':%s}", "password", password),
                bad("POST", "/register", "{'password':'secret'}", "username", List.of("")),
                bad("POST", "/register", "{'username':'x'}", "password", List.of("")));
    }

    static Stream<Bad> badLogins() {
        var name = new ArrayList<>(List.of("\"\"", "null"));
        name.addAll(UNSTORABLE);
        name.addAll(NO_TEXT);
        return concat(
                bad("POST", "/login", "{'usernameOrEmail':%s,'password':'secret'}", "usernameOrEmail", name),
                bad("POST", "/login", "{'usernameOrEmail':'x','password':%s}", "password", name),
                bad("POST", "/login", "{'password':'secret'}", "usernameOrEmail", List.of("")),
                bad("POST", "/login", "{'usernameOrEmail':'x'}", "password", List.of("")));
    }

    static Stream<Bad> badBios() {
        var bio = new ArrayList<>(List.of(text("x", 65), text(EMOJI, 65)));
        bio.addAll(UNSTORABLE);
        bio.addAll(NO_TEXT);
        return concat(
                bad("PATCH", "/user/bio", "{'bio':%s}", "bio", bio),
                bad("PATCH", "/user/bio", "{}", "bio", List.of("")));
    }

    static Stream<Bad> badPrivateChats() {
        return concat(
                bad("POST", "/chat/private/create", "{'with_user_id':%s}", "with_user_id", NO_ID),
                bad("POST", "/chat/private/create", "{}", "with_user_id", List.of("")));
    }

    static Stream<Bad> badGroups() {
        var ids = new ArrayList<>(List.of("[]", "null", "1", "\"1\"", "true", "{}", "[[1]]", idList(1_001)));
        NO_ID.forEach(id -> ids.add("[1," + id + "]"));
        var name = new ArrayList<>(List.of("\"\"", "null", text("x", 65), text(EMOJI, 65)));
        name.addAll(UNSTORABLE);
        name.addAll(NO_TEXT);
        return concat(
                bad("POST", "/chat/group/create", "{'with_ids':%s,'name':'n'}", "with_ids", ids),
                bad("POST", "/chat/group/create", "{'name':'n'}", "with_ids", List.of("")),
                bad("POST", "/chat/group/create", "{'with_ids':[9223372036854775807],'name':%s}", "name", name),
                bad("POST", "/chat/group/create", "{'with_ids':[9223372036854775807]}", "name", List.of("")));
    }

    static Stream<Bad> badMessages() {
        var contents = new ArrayList<>(List.of("\"\"", "null", text("x", 2_048), text(EMOJI, 2_048)));
        contents.addAll(UNSTORABLE);
        contents.addAll(NO_TEXT);
        var key = new ArrayList<>(List.of("\"\"", text("x", 65), "\"ü\"", "\"a\\nb\"", "\"a\\u007f\"", "\"a\\u0000\""));
        key.addAll(NO_TEXT);
        return concat(
                bad("POST", "/chat/{chat}/message", "{'contents':%s}", "contents", contents),
                bad("POST", "/chat/{chat}/message", "{}", "contents", List.of("")),
                bad("POST", "/chat/{chat}/message", "{'contents':'x','key':%s}", "key", key));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.5", "1.0", "1e2", "abc", "%20", "+1", "0x1", TOO_LONG_A_NUMBER, "１"})
    void path_unusableId_isRefusedWithItsName(String id) {
        var encoded = id.replace("１", "%EF%BC%91");

        assertRefused(api.get("/chat/" + encoded, user.token()), 400, "INVALID_REQUEST", "id");
        assertRefused(api.get("/chat/" + encoded + "/messages", user.token()), 400, "INVALID_REQUEST", "id");
        assertRefused(send(encoded, Map.of("contents", "x")), 400, "INVALID_REQUEST", "id");
        assertRefused(delete("/message/" + encoded), 400, "INVALID_REQUEST", "id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.5", "abc", "%00", "1%2C2", "1&limit=2"})
    void query_unusableLimit_isRefusedWithItsName(String limit) {
        assertRefused(api.get("/user/chats?limit=" + limit, user.token()), 400, "INVALID_REQUEST", "limit");
        assertRefused(history("limit=" + limit), 400, "INVALID_REQUEST", "limit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.5", "abc", "%00", TOO_LONG_A_NUMBER, "newest"})
    void query_unusableMessageCursor_isRefusedWithItsName(String cursor) {
        assertRefused(history("cursor=" + cursor), 400, "INVALID_REQUEST", "cursor");
        assertRefused(history("before=" + cursor), 400, "INVALID_REQUEST", "before");
    }

    @Test
    void query_cursorTogetherWithBefore_isRefused() {
        assertRefused(history("cursor=1&before=2"), 400, "INVALID_REQUEST", "before");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abc",
                "1",
                "%00",
                "2023-08-09",
                "2023-08-09T01:20:36.545682",
                "2023-13-09T01:20:36.545682%2B00:00",
                "%2B999999999-12-31T23:59:59%2B00:00",
                "-999999999-01-01T00:00:00%2B00:00",
                "%2B300000-01-01T00:00:00Z"
            })
    void query_unusableTimeCursor_isRefusedWithItsName(String cursor) {
        assertRefused(api.get("/user/chats?cursor=" + cursor, user.token()), 400, "INVALID_REQUEST", "cursor");
    }

    @Test
    void send_keyInHeaderUnusable_isRefusedWithItsName() {
        for (var key : List.of("", "x".repeat(65))) {
            var answer = api.call(
                    "POST",
                    "/chat/" + chat + "/message",
                    user.token(),
                    Map.of("contents", "x"),
                    Map.of("Idempotency-Key", key));

            assertRefused(answer, 400, "INVALID_REQUEST", "key");
        }
    }

    @Test
    void register_longestFields_areTakenAndShownAsGiven() {
        var username = randomEmoji(64);
        var email = "Ä" + System.nanoTime() + "@Example.";
        email += "x".repeat(255 - email.length());
        var password = EMOJI.repeat(2_047);

        var token =
                token(api.post("/register", null, Map.of("username", username, "email", email, "password", password)));

        var me = api.get("/user/me", token).ok();
        assertThat(me.path("username").stringValue()).isEqualTo(username);
        assertThat(me.path("email").stringValue()).isEqualTo(email);
        token(api.post("/login", null, Map.of("usernameOrEmail", email, "password", password)));
    }

    @Test
    void register_shortestFields_areTaken() {
        var username = new String(
                Character.toChars(0x4e00 + ThreadLocalRandom.current().nextInt(20_000)));

        api.post("/register", null, Map.of("username", username, "password", EMOJI.repeat(4)))
                .ok();

        assertRefused(
                api.post("/register", null, Map.of("username", username, "password", "abcd")),
                400,
                "USER_EXISTS",
                "username");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", " two  words ", "line\nbreak", "<b>\"'\\"})
    void changeBio_anyText_isKeptAsGiven(String bio) {
        changeBio(bio);
        changeBio(EMOJI.repeat(63) + "x");
        changeBio("x".repeat(64));
        changeBio(bio);
    }

    @Test
    void send_longestContents_areKeptAsGiven() {
        for (var contents : List.of(EMOJI.repeat(2_047), "x".repeat(2_047), "ä", " ", "\u0001\t\n")) {
            assertThat(send("" + chat, Map.of("contents", contents))
                            .ok()
                            .path("contents")
                            .stringValue())
                    .isEqualTo(contents);
            assertThat(history("before=latest&limit=1")
                            .ok()
                            .path("messages")
                            .path(0)
                            .path("contents")
                            .stringValue())
                    .isEqualTo(contents);
        }
    }

    @Test
    void send_shortestAndLongestKey_areTaken() {
        for (var key : List.of("~", "x".repeat(63) + " ", "\"'\\;--")) {
            send("" + chat, Map.of("contents", "x", "key", key)).ok();
        }
    }

    @Test
    void createGroup_thousandOthers_areAllInIt() {
        var ids = someAccounts(1_000);

        var group = api.post("/chat/group/create", user.token(), Map.of("with_ids", ids, "name", EMOJI.repeat(64)))
                .ok();

        assertThat(group.path("name").stringValue()).isEqualTo(EMOJI.repeat(64));
        assertThat(group.path("participants")
                        .valueStream()
                        .map(each -> each.path("id").longValue()))
                .hasSize(1_001)
                .startsWith(user.id())
                .containsAll(ids);
    }

    @Test
    void createGroup_someoneNamedTwice_isInItOnce() {
        var group = api.post(
                        "/chat/group/create",
                        user.token(),
                        Map.of("with_ids", List.of(other.id(), other.id(), other.id()), "name", "n"))
                .ok();

        assertThat(group.path("participants")
                        .valueStream()
                        .map(each -> each.path("id").longValue()))
                .containsExactly(user.id(), other.id());
    }

    @Test
    void createGroup_oneselfAmongTheOthers_isAChatWithYourself() {
        assertRefused(
                api.post(
                        "/chat/group/create",
                        user.token(),
                        Map.of("with_ids", List.of(other.id(), user.id()), "name", "n")),
                400,
                "CHAT_WITH_YOURSELF");
    }

    @Test
    void createPrivate_withOneself_isAChatWithYourself() {
        assertRefused(
                api.post("/chat/private/create", user.token(), Map.of("with_user_id", user.id())),
                400,
                "CHAT_WITH_YOURSELF");
    }

    @Test
    void createChat_withNobodyKnown_doesNotExistAndMakesNothing() {
        var before = api.get("/user/chats", user.token()).ok();
        var nobody = Long.MAX_VALUE;

        assertRefused(
                api.post("/chat/private/create", user.token(), Map.of("with_user_id", nobody)), 400, "USER_NOT_EXISTS");
        assertRefused(
                api.post(
                        "/chat/group/create",
                        user.token(),
                        Map.of("with_ids", List.of(other.id(), nobody), "name", "n")),
                400,
                "USER_NOT_EXISTS");
        assertThat(api.get("/user/chats", user.token()).ok()).isEqualTo(before);
    }

    @Test
    void createPrivate_thatExists_namesTheChatToEitherSide() {
        for (var each : List.of(List.of(user, other), List.of(other, user))) {
            var answer = api.post(
                    "/chat/private/create",
                    each.getFirst().token(),
                    Map.of("with_user_id", each.getLast().id()));

            assertRefused(answer, 403, "CHAT_EXISTS");
            assertThat(answer.body().path("details").path("chat_id").isIntegralNumber())
                    .isTrue();
            assertThat(answer.body().path("details").path("chat_id").longValue())
                    .isEqualTo(chat);
        }
    }

    @Test
    void login_unknownUserAndWrongPassword_areAnsweredAlike() {
        var unknown = api.post("/login", null, Map.of("usernameOrEmail", "nobody at all", "password", "secret"));
        var wrong = api.post("/login", null, Map.of("usernameOrEmail", user.username(), "password", "wrong"));

        assertRefused(unknown, 400, "WRONG_CREDENTIALS");
        assertThat(wrong.status()).isEqualTo(unknown.status());
        assertThat(wrong.body()).isEqualTo(unknown.body());
        assertThat(wrong.headers().map().keySet())
                .isEqualTo(unknown.headers().map().keySet());
    }

    @Test
    void errors_ofOtherCalls_haveNoChatId() {
        var details = api.post("/register", null, "{}").body().path("details");

        assertThat(details.propertyNames()).containsExactlyInAnyOrder("code", "message", "errors");
    }

    private void changeBio(String bio) {
        api.call("PATCH", "/user/bio", user.token(), Map.of("bio", bio), Map.of())
                .ok();
        assertThat(api.get("/user/me", user.token()).ok().path("bio").stringValue())
                .isEqualTo(bio);
    }

    private Answer call(Bad bad) {
        var path = bad.path().replace("{chat}", Long.toString(chat));
        return api.call(bad.method(), path, PUBLIC.contains(path) ? null : user.token(), bad.body(), Map.of());
    }

    private Answer send(String chatId, Map<String, String> body) {
        return api.post("/chat/" + chatId + "/message", user.token(), body);
    }

    private Answer history(String query) {
        return api.get("/chat/" + chat + "/messages?" + query, user.token());
    }

    private Answer delete(String path) {
        return api.call("DELETE", path, user.token(), null, Map.of());
    }

    /// Accounts that nobody can sign in to: hashing a thousand passwords would take a minute.
    private List<Long> someAccounts(int count) {
        return database.sql("""
                        insert into account (username, username_key, password_hash)
                        select 'crowd-' || n, 'crowd-' || n, ''
                        from generate_series(1, $1) n
                        returning id
                        """)
                .bind("$1", count)
                .mapValue(Long.class)
                .all()
                .collectList()
                .blockOptional()
                .orElseThrow();
    }

    private static String token(Answer answer) {
        return answer.ok().path("access_token").stringValue();
    }

    private static String randomEmoji(int count) {
        return ThreadLocalRandom.current()
                .ints(count, 0x1f600, 0x1f640)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    private static String idList(int count) {
        return LongStream.rangeClosed(1, count).mapToObj(Long::toString).collect(Collectors.joining(",", "[", "]"));
    }

    private static List<String> quoted(String... texts) {
        return Arrays.stream(texts).map(text -> '"' + text + '"').toList();
    }

    private static String text(String part, int times) {
        return '"' + part.repeat(times) + '"';
    }

    /// @param template the body with `'` for `"`, and `%s` for the value
    private static Stream<Bad> bad(String method, String path, String template, String field, List<String> values) {
        return values.stream()
                .map(value -> new Bad(method, path, template.replace('\'', '"').replace("%s", value), field));
    }

    @SafeVarargs
    private static Stream<Bad> concat(Stream<Bad>... cases) {
        return Arrays.stream(cases).flatMap(each -> each);
    }
}
