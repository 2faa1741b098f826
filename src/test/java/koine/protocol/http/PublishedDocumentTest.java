package koine.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import koine.testing.Api;
import koine.testing.Api.Answer;
import koine.testing.KoineTest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Lives through the published document once, with its own requests, and compares each answer with the
/// document's own words: the same fields in the same order and before all others, the same JSON types, the same
/// values. Only ids, times and tokens are compared by their form, and only fields that the native protocol adds
/// may follow.
@KoineTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PublishedDocumentTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}\\+00:00";
    private static final Set<String> IDS = Set.of("id", "author_id");
    private static final Set<String> TIMES = Set.of("created_at", "updated_at", "next");

    private static final Set<String> MORE_OF_TOKENS = Set.of("refresh_token", "expires_in");
    private static final Set<String> MORE_OF_ME = Set.of("phone");
    private static final Set<String> MORE_OF_CHATS = Set.of("unread", "last_seq", "key", "bio");
    private static final Set<String> MORE_OF_PARTICIPANTS = Set.of("role", "delivered", "read");
    private static final Set<String> MORE_OF_MESSAGES =
            Set.of("chat_id", "seq", "kind", "media", "reply_to", "edited_at", "deleted_at");

    private static final String REGISTER_BODY = """
            {
                "username": "username",
                "email": "email@example.com",
                "password": "password"
            }
            """;

    private static final String REGISTER_RESPONSE = """
            {
                "access_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI1IiwiZXhwIjoxNjkxNTUxMDY2fQ.pYdSZN0SAVFyqMJJ3xCnQ3cpgZrRSrY9uldENnAdGYw",
                "token_type": "bearer"
            }
            """;

    private static final String LOGIN_BODY = """
            {
                "usernameOrEmail": "username",
                "password": "password"
            }
            """;

    private static final String LOGIN_RESPONSE = """
            {
                "access_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI1IiwiZXhwIjoxNjkxNTUxMTIzfQ.6l1SStyCrBoPtLht1oiSvOQ7sPgU4A_byJv0a7o1Mdg",
                "token_type": "bearer"
            }
            """;

    private static final String ME_RESPONSE = """
            {
                "id": 5,
                "created_at": "2023-08-09T01:17:46.419120+00:00",
                "updated_at": "2023-08-09T01:17:46.425569+00:00",
                "username": "username",
                "email": "email@example.com",
                "bio": null,
                "email_confirmed": false
            }
            """;

    private static final String CHATS_RESPONSE = """
            {
                "next": "2023-08-09T01:20:36.545682+00:00",
                "count": 1,
                "chats": [
                    {
                        "id": 4,
                        "created_at": "2023-08-09T01:20:36.545682+00:00",
                        "updated_at": "2023-08-09T01:20:36.545682+00:00",
                        "name": null,
                        "type": "private",
                        "last_message": null
                    }
                ]
            }
            """;

    private static final String BIO_BODY = """
            {
                "bio": "Hi there!"
            }
            """;

    private static final String BIO_RESPONSE = """
            {
                "success": true
            }
            """;

    private static final String PRIVATE_BODY = """
            {"with_user_id": 6}
            """;

    private static final String PRIVATE_RESPONSE = """
            {
                "id": 5,
                "created_at": "2023-08-09T01:25:11.886035+00:00",
                "updated_at": "2023-08-09T01:25:11.886035+00:00",
                "name": null,
                "type": "private",
                "last_message": null,
                "participants": [
                    {
                        "id": 5,
                        "username": "username"
                    },
                    {
                        "id": 2,
                        "username": "user2"
                    }
                ]
            }
            """;

    private static final String GROUP_BODY = """
            {
                "with_ids": [2, 3],
                "name": "Best friends!"
            }
            """;

    private static final String GROUP_RESPONSE = """
            {
                "id": 6,
                "created_at": "2023-08-09T01:26:00.361578+00:00",
                "updated_at": "2023-08-09T01:26:00.361578+00:00",
                "name": "Best friends!",
                "type": "group",
                "last_message": null,
                "participants": [
                    {
                        "id": 5,
                        "username": "username"
                    },
                    {
                        "id": 2,
                        "username": "user2"
                    },
                    {
                        "id": 3,
                        "username": "user3"
                    }
                ]
            }
            """;

    private static final String MESSAGE_BODY = """
            {"contents": "hello to group"}
            """;

    private static final String MESSAGE_RESPONSE = """
            {
                "id": 8,
                "created_at": "2023-08-09T01:26:57.621299+00:00",
                "updated_at": "2023-08-09T01:26:57.621299+00:00",
                "contents": "hello to group",
                "author_id": 5
            }
            """;

    private static final String MESSAGES_RESPONSE = """
            {
                "count": 1,
                "authors": [
                    {
                        "id": 5,
                        "username": "username"
                    }
                ],
                "messages": [
                    {
                        "id": 8,
                        "created_at": "2023-08-09T01:26:57.621299+00:00",
                        "updated_at": "2023-08-09T01:26:57.621299+00:00",
                        "contents": "hello to group",
                        "author_id": 5
                    }
                ]
            }
            """;

    private static final String CHAT_RESPONSE = """
            {
                "id": 6,
                "created_at": "2023-08-09T01:26:00.361578+00:00",
                "updated_at": "2023-08-09T01:26:00.361578+00:00",
                "name": "Best friends!",
                "type": "group",
                "last_message": {
                    "id": 8,
                    "created_at": "2023-08-09T01:26:57.621299+00:00",
                    "updated_at": "2023-08-09T01:26:57.621299+00:00",
                    "contents": "hello to group",
                    "author_id": 5
                },
                "participants": [
                    {
                        "id": 5,
                        "username": "username"
                    },
                    {
                        "id": 2,
                        "username": "user2"
                    },
                    {
                        "id": 3,
                        "username": "user3"
                    }
                ]
            }
            """;

    @LocalServerPort
    private int port;

    private Walk walk;

    /// The answers in the document's order.
    private record Walk(
            Answer register,
            Answer login,
            Answer me,
            Answer chats,
            Answer bio,
            Answer privateChat,
            Answer group,
            Answer message,
            Answer messages,
            Answer chat) {}

    @BeforeAll
    void walkThroughTheDocument() {
        var api = new Api(port);
        var user2 = register(api, "user2");
        var user3 = register(api, "user3");
        var register = api.post("/register", null, REGISTER_BODY);
        var login = api.post("/login", null, LOGIN_BODY);
        var token = token(login);
        var me = api.get("/user/me", token);
        api.post(
                        "/chat/private/create",
                        user3.token(),
                        Map.of("with_user_id", me.body().path("id").longValue()))
                .ok();
        var chats = api.get("/user/chats", token);
        var bio = api.call("PATCH", "/user/bio", token, BIO_BODY, Map.of());
        var privateChat = api.post("/chat/private/create", token, with(PRIVATE_BODY, "with_user_id", user2.id()));
        var group =
                api.post("/chat/group/create", token, with(GROUP_BODY, "with_ids", List.of(user2.id(), user3.id())));
        var path = "/chat/" + group.body().path("id").longValue();
        var message = api.post(path + "/message", token, MESSAGE_BODY);
        var messages = api.get(path + "/messages?cursor=1&limit=2", token);
        walk = new Walk(register, login, me, chats, bio, privateChat, group, message, messages, api.get(path, token));
    }

    @Test
    void register_asDocumented_answersAsDocumented() {
        assertAsDocumented(walk.register(), REGISTER_RESPONSE);
    }

    @Test
    void login_asDocumented_answersAsDocumented() {
        assertAsDocumented(walk.login(), LOGIN_RESPONSE);
    }

    @Test
    void userMe_asDocumented_answersAsDocumented() {
        assertAsDocumented(walk.me(), ME_RESPONSE);
    }

    @Test
    void userChats_asDocumented_answersAsDocumented() {
        assertAsDocumented(walk.chats(), CHATS_RESPONSE);
    }

    @Test
    void changeBio_asDocumented_answersAsDocumented() {
        assertAsDocumented(walk.bio(), BIO_RESPONSE);
    }

    @Test
    void createPrivate_asDocumented_answersAsDocumented() {
        assertAsDocumented(walk.privateChat(), PRIVATE_RESPONSE);
    }

    @Test
    void createGroup_asDocumented_answersAsDocumented() {
        assertAsDocumented(walk.group(), GROUP_RESPONSE);
    }

    @Test
    void sendMessage_asDocumented_answersAsDocumented() {
        assertAsDocumented(walk.message(), MESSAGE_RESPONSE);
    }

    @Test
    void messages_asDocumented_answersAsDocumented() {
        assertAsDocumented(walk.messages(), MESSAGES_RESPONSE);
    }

    @Test
    void chat_asDocumented_answersAsDocumented() {
        assertAsDocumented(walk.chat(), CHAT_RESPONSE);
    }

    @Test
    void everyAnswer_ofOneWalk_speaksOfTheSameThings() {
        var me = walk.me().body().path("id");
        var sent = walk.message().body();

        assertThat(sent.path("author_id")).isEqualTo(me);
        assertThat(walk.messages().body().path("messages").path(0)).isEqualTo(sent);
        assertThat(walk.messages().body().path("authors").path(0).path("id")).isEqualTo(me);
        assertThat(walk.chat().body().path("last_message")).isEqualTo(sent);
        assertThat(walk.chat().body().path("id")).isEqualTo(walk.group().body().path("id"));
        assertThat(walk.group().body().path("participants").path(0).path("id")).isEqualTo(me);
        assertThat(walk.chats().body().path("next"))
                .isEqualTo(walk.chats().body().path("chats").path(0).path("created_at"));
    }

    private static Api.User register(Api api, String username) {
        var answer = api.post("/register", null, Map.of("username", username, "password", "password"));
        var token = token(answer);
        return new Api.User(api.get("/user/me", token).ok().path("id").longValue(), username, token);
    }

    private static String token(Answer answer) {
        return answer.ok().path("access_token").stringValue();
    }

    /// The document's body, with the ids that there are here.
    private static JsonNode with(String body, String field, Object value) {
        var json = (ObjectNode) JSON.readTree(body);
        assertThat(json.has(field)).isTrue();
        return json.set(field, JSON.valueToTree(value));
    }

    private static void assertAsDocumented(Answer answer, String example) {
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertLike(JSON.readTree(example), answer.body(), "");
    }

    private static void assertLike(JsonNode documented, JsonNode actual, String path) {
        var name = path.substring(path.lastIndexOf('.') + 1);
        assertThat(actual.getNodeType()).as(path).isEqualTo(documented.getNodeType());
        if (documented.isObject()) {
            assertLikeObject(documented, actual, path);
        } else if (documented.isArray()) {
            assertLikeArray(documented, actual, path);
        } else if (IDS.contains(name)) {
            assertId(actual, path);
        } else if (TIMES.contains(name)) {
            assertThat(actual.stringValue()).as(path).matches(TIME);
        } else if (name.equals("access_token")) {
            assertToken(actual.stringValue(), documented.stringValue());
        } else {
            assertThat(actual).as(path).isEqualTo(documented);
        }
    }

    private static void assertLikeObject(JsonNode documented, JsonNode actual, String path) {
        var expected = List.copyOf(documented.propertyNames());
        var names = new ArrayList<>(actual.propertyNames());
        assertThat(names).as(path).startsWith(expected.toArray(String[]::new));
        names.removeAll(expected);
        assertThat(more(documented)).as(path).containsAll(names);
        documented.forEachEntry(
                (name, value) -> assertLike(value, Objects.requireNonNull(actual.get(name)), path + "." + name));
    }

    private static void assertLikeArray(JsonNode documented, JsonNode actual, String path) {
        assertThat(actual.size()).as(path).isEqualTo(documented.size());
        for (int i = 0; i < documented.size(); i++) {
            assertLike(documented.path(i), actual.path(i), path);
        }
    }

    private static void assertId(JsonNode actual, String path) {
        assertThat(actual.isIntegralNumber()).as(path).isTrue();
        assertThat(actual.longValue()).as(path).isPositive();
    }

    /// The same kind of token as the document's, and with the name of the key that signed it.
    private static void assertToken(String token, String documented) {
        assertThat(token).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+");
        var header = part(token, 0);
        part(documented, 0)
                .forEachEntry((name, value) -> assertThat(header.get(name)).isEqualTo(value));
        assertThat(header.path("alg").stringValue()).isEqualTo("HS256");
        assertThat(header.path("kid").stringValue()).isNotBlank();
        assertThat(part(token, 1).propertyNames())
                .containsAll(part(documented, 1).propertyNames());
    }

    private static JsonNode part(String token, int index) {
        var encoded = List.of(token.split("\\.", -1)).get(index);
        return JSON.readTree(new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8));
    }

    /// What may follow in an object that has these fields in the document.
    private static Set<String> more(JsonNode documented) {
        if (documented.has("access_token")) {
            return MORE_OF_TOKENS;
        } else if (documented.has("email_confirmed")) {
            return MORE_OF_ME;
        } else if (documented.has("author_id")) {
            return MORE_OF_MESSAGES;
        } else if (documented.has("type")) {
            return MORE_OF_CHATS;
        }
        return documented.has("username") ? MORE_OF_PARTICIPANTS : Set.of();
    }
}
