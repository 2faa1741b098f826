package koine.protocol.http;

import static koine.protocol.http.Errors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import koine.kernel.AccountId;
import koine.log.ErasedNames;
import koine.notification.Gesture;
import koine.notification.Gestures;
import koine.testing.Api;
import koine.testing.Api.Answer;
import koine.testing.Api.User;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import koine.testing.People;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.JsonNode;

/// An account that is erased: what is gone, what stays, and who sees what of it.
@KoineTest
class ErasureTest {

    @LocalServerPort
    private int port;

    @Autowired
    private BeanFactory service;

    @Autowired
    private DatabaseClient database;

    private Api api;
    private User ada;
    private User bob;
    private User cleo;

    @BeforeEach
    void people() {
        api = new Api(port);
        ada = api.register("ada");
        var people = new People(service);
        bob = people.one("bob");
        cleo = people.one("cleo");
    }

    @Test
    void erase_freesTheNameTheAddressAndTheNumber() {
        var phone = "%010d".formatted(ThreadLocalRandom.current().nextLong(10_000_000_000L));
        var body = Map.of(
                "username",
                "eve-" + System.nanoTime(),
                "email",
                "eve.%d@example.com".formatted(System.nanoTime()),
                "phone",
                phone,
                "password",
                "secret");
        var token = api.post("/register", null, body).ok().path("access_token").stringValue();

        assertThat(erase(token, "secret").ok().toString()).isEqualTo("{\"success\":true}");

        assertRefused(
                api.post("/login", null, Map.of("usernameOrEmail", body.get("username"), "password", "secret")),
                400,
                "WRONG_CREDENTIALS");
        api.post("/register", null, body).ok();
    }

    @Test
    void erase_leavesNothingButATombstone() {
        api.call("PATCH", "/user/bio", ada.token(), Map.of("bio", "Counting on it."), Map.of())
                .ok();

        erase(ada.token(), "secret").ok();

        var row = Objects.requireNonNull(database.sql("select * from account where id = " + ada.id())
                .fetch()
                .one()
                .block());
        assertThat(row)
                .containsEntry("username", "deleted-" + ada.id())
                .containsEntry("username_key", "deleted-" + ada.id())
                .containsEntry("password_hash", "");
        for (var column : List.of("email", "email_key", "phone", "bio")) {
            assertThat(row.get(column)).as(column).isNull();
        }
        assertThat(row.get("erased_at")).isNotNull();
    }

    @Test
    void erase_endsAllSessions() {
        var login = api.post("/login", null, Map.of("usernameOrEmail", ada.username(), "password", "secret"))
                .ok();
        try (var socket = EventClient.live(port, login.path("access_token").stringValue())) {
            erase(ada.token(), "secret").ok();

            assertThat(socket.awaitClosed().code()).isEqualTo(4401);
        }
        assertRefused(api.get("/user/me", ada.token()), 401, "NOT_AUTHENTICATED");
        assertRefused(
                api.post(
                        "/token/refresh",
                        null,
                        Map.of("refresh_token", login.path("refresh_token").stringValue())),
                401,
                "NOT_AUTHENTICATED");
    }

    @Test
    void erase_wrongPasswordOrNone_changesNothing() {
        var chat = api.privateChat(ada, bob);

        assertRefused(erase(ada.token(), "wrong"), 400, "WRONG_CREDENTIALS");
        assertRefused(
                api.call("DELETE", "/user/me", ada.token(), Map.of(), Map.of()), 400, "INVALID_REQUEST", "password");
        assertRefused(erase(null, "secret"), 401, "NOT_AUTHENTICATED");

        send(ada, chat, "still here").ok();
    }

    @Test
    void erase_privateChat_staysReadableAndNobodyWritesInIt() {
        var chat = api.privateChat(ada, bob);
        send(ada, chat, "goodbye").ok();

        erase(ada.token(), "secret").ok();

        var page = api.get("/chat/" + chat + "/messages", bob.token()).ok();
        assertThat(page.path("messages").path(0).path("contents").stringValue()).isEqualTo("goodbye");
        assertThat(page.path("authors").path(0).path("username").stringValue()).isEqualTo("deleted-" + ada.id());
        assertThat(api.get("/chat/" + chat, bob.token())
                        .ok()
                        .path("participants")
                        .toString())
                .contains("\"deleted-" + ada.id() + "\"")
                .doesNotContain(ada.username());
        assertRefused(send(bob, chat, "come back"), 403, "FORBIDDEN");
        assertThat(api.get("/chat/" + chat, bob.token()).ok().path("last_seq").longValue())
                .isEqualTo(1);
    }

    @Test
    void erase_friendsRequestsAndBlocks_areOverAndTheOthersAreTold() {
        for (var asker : List.of(bob, cleo)) {
            api.post("/friend/request", asker.token(), Map.of("user_id", ada.id()))
                    .ok();
        }
        api.post("/friend/accept", ada.token(), Map.of("user_id", bob.id())).ok();
        var dan = new People(service).one("dan");
        api.post("/block", dan.token(), Map.of("user_id", ada.id())).ok();
        try (var bobs = EventClient.live(port, bob.token());
                var cleos = EventClient.live(port, cleo.token())) {
            erase(ada.token(), "secret").ok();

            for (var told : List.of(bobs, cleos)) {
                var user = told.await("friend.removed").path("user");
                assertThat(user.path("id").longValue()).isEqualTo(ada.id());
            }
        }
        assertThat(api.get("/friend", bob.token()).ok().path("friends")).isEmpty();
        assertThat(api.get("/friend/requests", cleo.token()).ok().path("outgoing"))
                .isEmpty();
        assertThat(api.get("/block", dan.token()).ok().path("blocked")).isEmpty();
        var left = database.sql("""
                        select (select count(*) from friendship where $1 in (account_id, other_id))
                            + (select count(*) from block where $1 in (account_id, other_id))
                            + (select count(*) from notification where account_id = $1)
                        """)
                .bind("$1", ada.id())
                .map(row -> row.get(0, Long.class))
                .one()
                .block();
        assertThat(left).isZero();
    }

    /// What one has said of others, and they of oneself, that counts once.
    @Test
    void erase_regards_areForgottenBothWays() {
        var gestures = service.getBean(Gestures.class);
        gestures.make(id(ada), id(bob), Gesture.LIKE)
                .then(gestures.make(id(cleo), id(ada), Gesture.FAKE))
                .then(gestures.make(id(cleo), id(bob), Gesture.LIKE))
                .block();
        assertThat(regards()).isEqualTo(2);

        erase(ada.token(), "secret").ok();

        assertThat(regards()).isZero();
        assertThat(notifications(bob)).hasSize(2);
    }

    private static AccountId id(User user) {
        return new AccountId(user.id());
    }

    private long regards() {
        return Objects.requireNonNull(database.sql("select count(*) from regard where $1 in (account_id, other_id)")
                .bind("$1", ada.id())
                .mapValue(Long.class)
                .one()
                .block());
    }

    private JsonNode notifications(User user) {
        return api.get("/notification", user.token()).ok().path("notifications");
    }

    @Test
    void erase_presence_isNotToldAnyMore() {
        EventClient.live(port, ada.token()).close();

        erase(ada.token(), "secret").ok();

        try (var watcher = EventClient.live(port, bob.token())) {
            watcher.send(Map.of("type", "watch", "user_ids", List.of(ada.id())));
            var presence = watcher.await("presence");
            assertThat(presence.path("online").booleanValue()).isFalse();
            assertThat(presence.path("last_active").isNull()).isTrue();
        }
    }

    @Test
    void erase_groups_areLeftByTheRulesOfLeaving() {
        var group = group(ada, bob, cleo);
        send(ada, group, "hello").ok();
        var alone = group(ada, bob);
        api.post("/chat/" + alone + "/leave", bob.token(), Map.of()).ok();
        try (var socket = EventClient.live(port, cleo.token())) {
            erase(ada.token(), "secret").ok();

            assertThat(socket.await("member.changed").path("role").stringValue())
                    .isEqualTo("owner");
            assertThat(socket.await("member.left").path("user").path("id").longValue())
                    .isEqualTo(ada.id());
        }
        var participants = api.get("/chat/" + group, bob.token()).ok().path("participants");
        assertThat(participants.size()).isEqualTo(2);
        assertThat(participants.path(0).path("id").longValue()).isEqualTo(bob.id());
        assertThat(participants.path(0).path("role").stringValue()).isEqualTo("owner");
        send(bob, group, "she is gone").ok();
        assertThat(api.get("/chat/" + group + "/messages", bob.token())
                        .ok()
                        .path("authors")
                        .toString())
                .contains("deleted-" + ada.id())
                .doesNotContain(ada.username());
        assertThat(count("select count(*) from chat where id = " + alone)).isZero();
    }

    @Test
    void erase_eventsThatAreToldLater_nameTheTombstone() {
        var start = api.get("/sync", bob.token()).ok().path("cursor").stringValue();
        var chat = api.privateChat(ada, bob);
        var group = group(ada, bob);
        api.post("/chat/" + group + "/members", ada.token(), Map.of("user_ids", List.of(cleo.id())))
                .ok();
        send(ada, chat, "goodbye").ok();

        erase(ada.token(), "secret").ok();

        var events = api.get("/sync?since=" + start, bob.token()).ok().path("events");
        assertThat(types(events)).contains("chat.created", "message", "member.joined", "member.changed", "member.left");
        assertThat(events.toString()).contains("deleted-" + ada.id()).doesNotContain(ada.username());
        var cleos = api.get("/sync?since=" + start, cleo.token()).ok().path("events");
        assertThat(types(cleos)).contains("chat.joined");
        assertThat(cleos.toString()).contains("deleted-" + ada.id()).doesNotContain(ada.username());
        assertThat(count("select count(*) from event where payload::text like '%" + ada.username() + "%'"))
                .isZero();
        assertThat(count("select count(*) from erased_name where account_id = " + ada.id()))
                .isZero();
    }

    /// As if the server had died between the change and the last step.
    @Test
    void erase_interruptedBeforeTheEvents_isFinishedLater() {
        var start = api.get("/sync", bob.token()).ok().path("cursor").stringValue();
        api.privateChat(ada, bob);
        database.sql("insert into erased_name values (%d, 'deleted-%d')".formatted(ada.id(), ada.id()))
                .then()
                .block();

        service.getBean(ErasedNames.class).erase().block();

        assertThat(api.get("/sync?since=" + start, bob.token())
                        .ok()
                        .path("events")
                        .toString())
                .contains("\"deleted-" + ada.id() + "\"", "\"" + bob.username() + "\"")
                .doesNotContain(ada.username());
        assertThat(count("select count(*) from erased_name where account_id = " + ada.id()))
                .isZero();
    }

    @Test
    void erase_account_isFoundByNobody() {
        erase(ada.token(), "secret").ok();

        assertRefused(api.get("/user/" + ada.id(), bob.token()), 404, "USER_DOES_NOT_EXIST");
        assertThat(api.get("/user/search?q=deleted-" + ada.id(), bob.token())
                        .ok()
                        .path("users")
                        .toString())
                .doesNotContain("\"deleted-" + ada.id() + "\"");
        assertRefused(
                api.post("/chat/private/create", bob.token(), Map.of("with_user_id", ada.id())),
                400,
                "USER_NOT_EXISTS");
        assertRefused(
                api.post("/chat/group/create", bob.token(), Map.of("name", "g", "with_ids", List.of(ada.id()))),
                400,
                "USER_NOT_EXISTS");
        var group = group(bob, cleo);
        assertRefused(
                api.post("/chat/" + group + "/members", bob.token(), Map.of("user_ids", List.of(ada.id()))),
                400,
                "USER_NOT_EXISTS");
    }

    @Test
    void register_asATombstone_isInvalid() {
        for (var name : List.of("deleted-7", "DELETED-7", "ｄeleted-7")) {
            assertRefused(
                    api.post("/register", null, Map.of("username", name, "password", "secret")),
                    400,
                    "INVALID_REQUEST",
                    "username");
        }
        api.post("/register", null, Map.of("username", "deleted-x" + System.nanoTime(), "password", "secret"))
                .ok();
    }

    private static List<String> types(JsonNode events) {
        return events.valueStream()
                .map(event -> event.path("type").stringValue())
                .toList();
    }

    private Answer erase(@Nullable String token, String password) {
        return api.call("DELETE", "/user/me", token, Map.of("password", password), Map.of());
    }

    private Answer send(User from, long chat, String contents) {
        return api.post("/chat/" + chat + "/message", from.token(), Map.of("contents", contents));
    }

    private long group(User owner, User... others) {
        var ids = List.of(others).stream().map(User::id).toList();
        return api.post("/chat/group/create", owner.token(), Map.of("name", "Engine room", "with_ids", ids))
                .ok()
                .path("id")
                .longValue();
    }

    private long count(String sql) {
        return database.sql(sql).mapValue(Long.class).one().blockOptional().orElseThrow();
    }
}
