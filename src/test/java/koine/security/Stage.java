package koine.security;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import koine.testing.Api;
import koine.testing.Api.User;
import koine.testing.People;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.JsonNode;

/// A victim with a group, a room, a private chat with a friend, and files in both; and casts of intruders. What the
/// victim says or keeps where they may not look has a word in it that must not come to them.
final class Stage {

    /// All that the victim sees of their own, except when they were last here.
    private static final List<String> VIEW = List.of(
            "/user/me",
            "/user/{victim}",
            "/user/chats?limit=50",
            "/chat/{group}",
            "/chat/{group}/messages?before=latest",
            "/chat/{private}",
            "/chat/{private}/messages",
            "/chat/{roomId}",
            "/chat/{roomId}/messages",
            "/friend",
            "/friend/requests",
            "/block",
            "/notification",
            "/media/{file}",
            "/media/{privateFile}");

    private final Api api;
    private final Line line;
    private final DatabaseClient database;
    private final String ending = "-" + System.nanoTime();
    private final User victim;
    private final User friend;
    private final User outsider;
    private final List<Cast> casts;
    private final Map<String, String> names = new HashMap<>();

    /// @param casts how many casts there are to be
    Stage(BeanFactory service, int port, int casts) {
        this.api = new Api(port);
        this.line = new Line(port);
        this.database = service.getBean(DatabaseClient.class);
        this.victim = registered();
        var people = new People(service).manyWithPassword("intruder", 2 + 4 * casts);
        this.friend = people.get(0);
        this.outsider = people.get(1);
        this.casts = IntStream.range(0, casts)
                .map(i -> 2 + 4 * i)
                .mapToObj(i -> new Cast(people.get(i), people.get(i + 1), people.get(i + 2), people.get(i + 3)))
                .toList();
        givePhones(people);
        set();
    }

    /// A word of what is for members of the group only.
    String groupSecret() {
        return "groupsecret" + ending;
    }

    /// A word of what is for the victim only, and their friend.
    String ownSecret() {
        return "ownsecret" + ending;
    }

    User victim() {
        return victim;
    }

    /// With whom the victim has the private chat, and who is in the group as well.
    User friend() {
        return friend;
    }

    List<Cast> casts() {
        return casts;
    }

    /// What the names in a trial stand for if it is this one who tries.
    Map<String, String> names(User who) {
        var all = new HashMap<>(names);
        all.put("me", "" + who.id());
        all.put("myName", who.username());
        all.put("myNumber", number(who));
        all.putIfAbsent("dialog", names.get("private"));
        var dialog = names.get("dialog of " + who.id());
        if (dialog != null) {
            all.put("dialog", dialog);
        }
        return all;
    }

    /// What [#VIEW] shows the victim now.
    List<String> view() {
        var mine = names(victim);
        var looks = VIEW.stream()
                .map(path -> line.call(Trial.of("GET " + path, mine), victim.token()))
                .toList();
        return looks.stream().map(CompletableFuture::join).map(Outcome::body).toList();
    }

    private User registered() {
        var name = "victim" + ending;
        var body = Map.of("username", name, "email", ownSecret() + "@koine.test", "password", People.PASSWORD);
        var token = api.post("/register", null, body).ok().path("access_token").stringValue();
        var id = api.get("/user/me", token).ok().path("id").longValue();
        return new User(id, name, token);
    }

    private void givePhones(List<User> people) {
        database.sql("update account set phone = '9' || lpad(id::text, 9, '0') where id between $1 and $2")
                .bind("$1", victim.id())
                .bind("$2", people.getLast().id())
                .then()
                .block();
    }

    static String number(User user) {
        return "9%09d".formatted(user.id());
    }

    private void set() {
        name("victim", victim.id());
        names.put("victimName", victim.username());
        names.put("victimEmail", ownSecret() + "@koine.test");
        names.put("victimNumber", number(victim));
        name("friend", friend.id());
        names.put("friendName", friend.username());
        names.put("friendNumber", number(friend));
        name("outsider", outsider.id());
        names.put("outsiderNumber", number(outsider));
        makeRoom();
        makeGroup();
        makePrivateChat();
        casts.forEach(this::block);
        name("session", victimsSession());
    }

    private void makeRoom() {
        var room = "room" + ending;
        var made = post("/chat/room/create", Map.of("name", room));
        names.put("room", room);
        names.put("roomId", id(made));
        tell("roomMessage", id(made), "no secret, since everybody may join");
    }

    /// Those who were in it have gone when the secret is told.
    private void makeGroup() {
        var in = casts.stream()
                .flatMap(cast -> Stream.of(cast.former().id(), cast.member().id()));
        var ids = new ArrayList<>(in.toList());
        ids.add(friend.id());
        var group = id(post("/chat/group/create", Map.of("with_ids", ids, "name", "group")));
        names.put("group", group);
        names.put("groupKey", keyOf(group));
        tell("oldMessage", group, "nothing secret");
        casts.forEach(cast -> api.call(
                        "DELETE", "/chat/" + group + "/members/" + cast.former().id(), victim.token(), null, Map.of())
                .ok());
        tell("message", group, groupSecret());
        attach("file", group, groupSecret());
    }

    private String keyOf(String group) {
        return database.sql("select key from chat where id = $1")
                .bind("$1", Long.parseLong(group))
                .mapValue(String.class)
                .one()
                .blockOptional()
                .orElse("none");
    }

    private void makePrivateChat() {
        post("/friend/request", Map.of("user_id", friend.id()));
        api.post("/friend/accept", friend.token(), Map.of("user_id", victim.id()))
                .ok();
        var chat = api.privateChat(victim, friend) + "";
        names.put("private", chat);
        tell("privateMessage", chat, ownSecret());
        attach("privateFile", chat, ownSecret());
    }

    private void block(Cast cast) {
        var chat = api.privateChat(victim, cast.blocked()) + "";
        names.put("dialog of " + cast.blocked().id(), chat);
        post("/block", Map.of("user_id", cast.blocked().id()));
    }

    private void tell(String name, String chat, String contents) {
        names.put(name, id(post("/chat/" + chat + "/message", Map.of("contents", contents))));
    }

    private void attach(String name, String chat, String contents) {
        var headers = Map.of(
                "Content-Type", "text/plain", "Content-Disposition", "attachment; filename=" + contents + ".txt");
        var file = api.call("POST", "/media", victim.token(), contents, headers).ok();
        names.put(name, id(file));
        post(
                "/chat/" + chat + "/message",
                Map.of("kind", "file", "media_id", file.path("id").longValue()));
    }

    private long victimsSession() {
        return api.get("/user/sessions", victim.token())
                .ok()
                .path("sessions")
                .path(0)
                .path("id")
                .longValue();
    }

    private JsonNode post(String path, Object body) {
        return api.post(path, victim.token(), body).ok();
    }

    private void name(String name, long id) {
        names.put(name, "" + id);
    }

    private static String id(JsonNode made) {
        return "" + made.path("id").longValue();
    }
}
