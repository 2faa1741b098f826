package koine.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import koine.testing.Api;
import koine.testing.People;
import koine.testing.QuickTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import tools.jackson.databind.JsonNode;

@QuickTest
class SyncTest {

    @Autowired
    private ApplicationContext context;

    @LocalServerPort
    private int port;

    private Api api = new Api(0);
    private Api.User ann = new Api.User(0, "", "");
    private Api.User bob = new Api.User(0, "", "");
    private Api.User eve = new Api.User(0, "", "");

    @BeforeEach
    void people() {
        api = new Api(port);
        var people = new People(context).many("sync", 3);
        ann = people.get(0);
        bob = people.get(1);
        eve = people.get(2);
    }

    @Test
    void sync_withoutSince_isTheCursorOfNow() {
        var chat = api.privateChat(ann, bob);
        var page = sync(bob, "");

        assertThat(page.path("events")).isEmpty();
        assertThat(page.path("more").booleanValue()).isFalse();
        assertThat(page.path("reset").booleanValue()).isFalse();
        var message = send(chat, "next");
        var next = sync(bob, "?since=" + cursor(page));
        assertThat(next.path("events")).hasSize(1);
        assertThat(next.path("events").path(0).path("message")).isEqualTo(message);
    }

    @Test
    void sync_pageByPage_givesEverythingOnceWithAStrangersEventsBetween() {
        var start = cursor(sync(bob, ""));
        var chat = api.privateChat(ann, bob);
        var strangers = api.privateChat(ann, eve);
        for (int i = 1; i <= 7; i++) {
            send(strangers, "not for bob " + i);
            send(chat, "m" + i);
        }
        send(strangers, "the last");

        var types = new ArrayList<String>();
        var page = sync(bob, "?limit=3&since=" + start);
        for (; page.path("more").booleanValue(); page = sync(bob, "?limit=3&since=" + cursor(page))) {
            assertThat(page.path("events")).hasSize(3);
            page.path("events").forEach(event -> types.add(what(event)));
        }
        page.path("events").forEach(event -> types.add(what(event)));

        assertThat(types).containsExactly("chat.created", "m1", "m2", "m3", "m4", "m5", "m6", "m7");
        assertThat(cursor(page)).isEqualTo(cursor(sync(bob, "")));
        assertThat(sync(bob, "?since=" + cursor(page)).path("events")).isEmpty();
    }

    @Test
    void sync_events_areWhatTheSocketSendsByteForByte() throws IOException, InterruptedException {
        var start = cursor(sync(bob, ""));
        try (var socket = SilentPeer.live(port, bob.token())) {
            var chat = api.privateChat(ann, bob);
            send(chat, "naïve 漢字 😀 \" \\ \n end");
            var created = socket.await("chat.created").text();
            var message = socket.await("message").text();

            assertThat(body("/sync?since=" + start, bob)).contains("\"events\":[" + created + "," + message + "]");
        }
    }

    @Test
    void sync_ofAnotherEpochOrFromTheFuture_isReset() {
        var now = cursor(sync(bob, ""));
        for (var since : List.of("ffff-1", now.replaceAll("-.*", "-999999999"))) {
            var page = sync(bob, "?since=" + since);
            assertThat(page.path("reset").booleanValue()).isTrue();
            assertThat(page.path("more").booleanValue()).isFalse();
            assertThat(page.path("events")).isEmpty();
            assertThat(cursor(page)).isEqualTo(now);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?since=x",
                "?since=1",
                "?since=-1",
                "?since=a-b",
                "?limit=0",
                "?limit=-1",
                "?limit=x",
                "?limit=1.5"
            })
    void sync_withWhatCanNotBeRead_isRefused(String query) {
        var refused = api.get("/sync" + query, bob.token());

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.code()).isEqualTo("INVALID_REQUEST");
    }

    @Test
    void sync_limitOverTheMost_isLoweredToIt() {
        assertThat(api.get("/sync?limit=100000", bob.token()).status()).isEqualTo(200);
        assertThat(api.get("/sync", null).status()).isEqualTo(401);
    }

    @Test
    void sync_aDeletedMessage_isKnownByItsDeletionOnly() {
        var chat = api.privateChat(ann, bob);
        var start = cursor(sync(bob, ""));
        var message = send(chat, "gone");
        api.call("DELETE", "/message/" + message.path("id"), ann.token(), null, Map.of())
                .ok();

        var events = sync(bob, "?since=" + start).path("events");

        assertThat(events).hasSize(1);
        assertThat(events.path(0).path("type").stringValue()).isEqualTo("message.deleted");
        assertThat(events.path(0).path("seq").asInt()).isEqualTo(1);
    }

    private JsonNode sync(Api.User who, String query) {
        return api.get("/sync" + query, who.token()).ok();
    }

    private JsonNode send(long chat, String contents) {
        return api.post("/chat/" + chat + "/message", ann.token(), Map.of("contents", contents))
                .ok();
    }

    private static String cursor(JsonNode page) {
        return page.path("cursor").stringValue();
    }

    private static String what(JsonNode event) {
        return event.path("message")
                .path("contents")
                .asString(event.path("type").stringValue());
    }

    private String body(String path, Api.User who) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Authorization", "Bearer " + who.token())
                .build();
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request, BodyHandlers.ofString()).body();
        }
    }
}
