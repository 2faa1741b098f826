package koine.protocol.reference;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import koine.testing.Api;
import koine.testing.Api.User;
import koine.testing.Images;
import koine.testing.People;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The people, chats and files that the examples of the reference are about, on a running service.
final class ReferenceWorld {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String PASSWORD = "analytical";

    private final Api api;
    private final int port;
    private final Map<String, User> users = new HashMap<>();
    private final Map<String, JsonNode> samples = new HashMap<>();
    private final long unique = System.nanoTime();

    ReferenceWorld(int port, ApplicationContext context) {
        this.api = new Api(port);
        this.port = port;
        addPeople(new People(context));
        addChats();
        addNames();
    }

    Api api() {
        return api;
    }

    /// What the names in examples stand for here.
    Map<String, JsonNode> samples() {
        return samples;
    }

    @Nullable
    String token(@Nullable String name) {
        return name == null
                ? null
                : Objects.requireNonNull(users.get(name), name).token();
    }

    /// A sample as it stands in a path.
    String text(String name) {
        return Objects.requireNonNull(samples.get(name), name).asString();
    }

    /// Has somebody do something that must succeed.
    void does(String who, String method, String path, Map<String, ?> body) {
        api.call(method, path, token(who), body, Map.of()).ok();
    }

    /// The status of what is answered with bytes.
    int status(String path, @Nullable String token, Map<String, String> headers) {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Authorization", "Bearer " + token);
        headers.forEach(request::header);
        return HttpClient.newHttpClient()
                .sendAsync(request.build(), BodyHandlers.discarding())
                .join()
                .statusCode();
    }

    private void addPeople(People people) {
        for (var name : List.of("ada", "bob", "cleo", "dan", "eve", "fay", "hal")) {
            add(name, people.one(name));
        }
        for (var name : List.of("ada", "bob", "cleo")) {
            var number = number();
            api.call("PATCH", "/user/phone", token(name), Map.of("phone", number), Map.of())
                    .ok();
            sample(name + "_number", number);
        }
        users.put("hal_again", people.onAnotherDevice(Objects.requireNonNull(users.get("hal"))));
        addGus();
        people.onAnotherDevice(Objects.requireNonNull(users.get("ada")));
        var sessions = api.get("/user/sessions", token("ada")).ok().path("sessions");
        sessions.forEach(session -> {
            if (!session.path("current").asBoolean()) {
                samples.put("spare_session", session.path("id"));
            }
        });
    }

    private void addGus() {
        var body = Map.of("username", "gus" + unique, "password", PASSWORD, "email", "gus" + unique + "@example.com");
        var tokens = api.post("/register", null, body).ok();
        samples.put("refresh_token", tokens.path("refresh_token"));
        sample("gus_email", "gus" + unique + "@example.com");
        var renewed = api.post("/login", null, Map.of("usernameOrEmail", "gus" + unique, "password", PASSWORD))
                .ok()
                .path("access_token")
                .stringValue();
        var id = api.get("/user/me", renewed).ok().path("id").longValue();
        add("gus", new User(id, "gus" + unique, renewed));
    }

    private void addChats() {
        var chat = created("/chat/private/create", "ada", Map.of("with_user_id", id("bob")));
        samples.put("private_chat", chat.path("id"));
        samples.put(
                "spare_chat",
                created("/chat/private/create", "ada", Map.of("with_user_id", id("dan")))
                        .path("id"));
        var group = Map.of("name", "Engine room", "with_ids", List.of(id("bob"), id("cleo")));
        samples.put("group", created("/chat/group/create", "ada", group).path("id"));
        samples.put("spare_group", created("/chat/group/create", "ada", group).path("id"));
        var ofPhones = Map.of("name", "Engine room", "with_ids", List.of(id("bob")));
        samples.put(
                "phone_group_key",
                created("/chat/group/create", "ada", ofPhones).path("key"));
        sample("room_name", "Difference engines " + unique);
        created("/chat/room/create", "cleo", Map.of("name", "Difference engines " + unique));
        var send = "/chat/" + chat.path("id") + "/message";
        for (var name : List.of("message", "other_message", "spare_message")) {
            samples.put(
                    name,
                    created(send, "ada", Map.of("contents", "hello " + name)).path("id"));
        }
        samples.put("file", upload());
        created(send, "ada", Map.of("kind", "image", "media_id", samples.get("file")));
        samples.put("cursor", api.get("/sync", token("ada")).ok().path("cursor"));
    }

    private JsonNode created(String path, String as, Map<String, ?> body) {
        return api.post(path, token(as), body).ok();
    }

    private JsonNode upload() {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:%d/media".formatted(port)))
                .header("Authorization", "Bearer " + token("ada"))
                .header("Content-Disposition", "attachment; filename=\"harbour.png\"")
                .POST(BodyPublishers.ofByteArray(Images.png(640, 480)))
                .build();
        return JSON.readTree(HttpClient.newHttpClient()
                        .sendAsync(request, BodyHandlers.ofString())
                        .join()
                        .body())
                .path("id");
    }

    private void addNames() {
        sample("ada_name", Objects.requireNonNull(users.get("ada")).username());
        sample("grace_name", "grace" + unique);
        sample("annie_name", "Annie" + unique);
        sample("annie_email", "annie" + unique + "@example.com");
        sample("annie_number", number());
        sample("eve_number", number());
        sample("new_room", "Looms " + unique);
        sample("other_new_room", "Cards " + unique);
    }

    private static String number() {
        return "5%09d".formatted(ThreadLocalRandom.current().nextInt(1_000_000_000));
    }

    private void add(String name, User user) {
        users.put(name, user);
        samples.put(name, JSON.valueToTree(user.id()));
    }

    private long id(String name) {
        return Objects.requireNonNull(users.get(name)).id();
    }

    private void sample(String name, String value) {
        samples.put(name, JSON.valueToTree(value));
    }
}
