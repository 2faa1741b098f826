package koine.security;

import java.util.List;
import koine.testing.Api;
import koine.testing.Api.User;
import tools.jackson.databind.JsonNode;

/// Reads back all that concerns some people, in every protocol; what can't be read is an [AssertionError].
final class Reading {

    private static final List<String> LISTS = List.of(
            "/user/me",
            "/user/sessions",
            "/friend",
            "/friend/requests",
            "/block",
            "/notification?limit=100",
            "/search?q=a",
            "/chat/rooms?limit=100",
            "/api/users?limit=500",
            "/api/chats");

    private final int port;
    private final Api api;
    private final List<User> people;
    private final String start;

    /// What happens from now on is read as events, too.
    Reading(int port, List<User> people) {
        this.port = port;
        this.api = new Api(port);
        this.people = people;
        this.start =
                api.get("/sync", people.getFirst().token()).ok().path("cursor").stringValue();
    }

    /// In protocols that ask for a password, which costs its hash, the first two of them do.
    void readAll() {
        people.forEach(this::readAll);
        people.stream().limit(2).forEach(this::readWithPassword);
    }

    private void readWithPassword(User who) {
        readInUchat(who);
        // whoever signs in to pymessage is told what waits
        try (var talk = Talk.open(port, "pymessage", "", who, null)) {
            talk.lastWords().forEach(Talk.JSON::readTree);
        }
    }

    private void readAll(User who) {
        LISTS.forEach(path -> get(who, path));
        for (var chat : get(who, "/user/chats?limit=50").path("chats")) {
            var id = chat.path("id").longValue();
            get(who, "/chat/" + id);
            get(who, "/api/chats/" + id);
            readHistory(who, id);
        }
        readEvents(who);
        readInPhonechat(who);
    }

    private JsonNode get(User who, String path) {
        return api.get(path, who.token()).ok();
    }

    private void readHistory(User who, long chat) {
        var after = 0L;
        for (var page = history(who, chat, after); !page.isEmpty(); page = history(who, chat, after)) {
            after = page.path(page.size() - 1).path("id").longValue();
        }
    }

    private JsonNode history(User who, long chat, long after) {
        return get(who, "/chat/%d/messages?limit=100&cursor=%d".formatted(chat, after))
                .path("messages");
    }

    private void readEvents(User who) {
        var more = true;
        for (var cursor = start; more; ) {
            var page = get(who, "/sync?since=" + cursor);
            cursor = page.path("cursor").stringValue();
            more = page.path("more").booleanValue();
        }
    }

    private void readInUchat(User who) {
        try (var socket = Talk.open(port, "uchat", "", who, null).socket()) {
            socket.send("{\"type\":\"OLD_DIALOGS\",\"username\":\"%s\"}".formatted(who.username()));
            var list = Talk.JSON.readTree(
                    socket.until(text -> text.contains("\"OLD_DIALOGS\"")).getLast());
            for (var id : list.path("id")) {
                socket.send("{\"type\":\"READ_MSG\",\"read\":\"ALL\",\"room_id\":%d}".formatted(id.longValue()));
                socket.until(text -> text.contains("\"end\":true")).forEach(Talk.JSON::readTree);
            }
        }
    }

    private void readInPhonechat(User who) {
        var number = get(who, "/user/me").path("phone").stringValue();
        try (var socket = new TextSocket(port, "/ws/chat/special/" + number, who.token())) {
            for (var command : List.of("fetch_msgs", "fetch_grp_msgs", "fetch_room_msgs")) {
                socket.send("""
                        {"message":"","command":"%s","msg_from":"","msg_to":"%s","sent_timestamp":"2026-11-21 10:00:00"}
                        """.formatted(command, number));
                socket.until(text -> text.contains("\"all\":\"True\"")).forEach(Talk.JSON::readTree);
            }
        }
    }
}
