package koine.protocol.http;

import static koine.protocol.http.Errors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import koine.testing.Api;
import koine.testing.Api.Answer;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `DELETE /message/{id}`: who may, and what is left.
@KoineTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeletionTest {

    @LocalServerPort
    private int port;

    @Autowired
    private DatabaseClient database;

    private Api api;
    private Api.User owner;
    private Api.User author;
    private Api.User member;
    private long group;
    private JsonNode message;

    @BeforeAll
    void signIn() {
        api = new Api(port);
        owner = api.register("owner");
        author = api.register("author");
        member = api.register("member");
    }

    @BeforeEach
    void send() {
        var body = Map.of("with_ids", List.of(author.id(), member.id()), "name", "g");
        group = api.post("/chat/group/create", owner.token(), body)
                .ok()
                .path("id")
                .longValue();
        message = send(author, "delete me");
    }

    @Test
    void delete_byItsAuthor_isDone() {
        assertDeletedBy(author);
    }

    @Test
    void delete_byTheGroupsOwner_isDone() {
        assertDeletedBy(owner);
    }

    @Test
    void delete_byAnAdminOfTheGroup_isDone() {
        database.sql("update member set role = 'admin' where chat_id = $1 and account_id = $2")
                .bind("$1", group)
                .bind("$2", member.id())
                .then()
                .block();

        assertDeletedBy(member);
    }

    @Test
    void delete_byAnotherMember_isNotTheOwnersAndChangesNothing() {
        var before = history();

        assertRefused(delete(member, message), 403, "NOT_THE_OWNER");

        assertThat(history()).isEqualTo(before);
    }

    @Test
    void delete_ofTheOwnersMessageByAMember_isNotTheOwners() {
        var ofTheOwner = send(owner, "mine");

        assertRefused(delete(author, ofTheOwner), 403, "NOT_THE_OWNER");
        assertThat(history()).hasSize(2);
    }

    @Test
    void delete_byTheOtherSideOfAPrivateChat_isNotTheOwners() {
        var chat = api.privateChat(owner, api.register("side"));
        var mine = api.post("/chat/" + chat + "/message", owner.token(), Map.of("contents", "x"))
                .ok();
        var other = api.register("side");
        var theirs = api.privateChat(owner, other);
        var received = api.post("/chat/" + theirs + "/message", other.token(), Map.of("contents", "x"))
                .ok();

        assertRefused(delete(owner, received), 403, "NOT_THE_OWNER");
        assertRefused(delete(other, mine), 404, "MESSAGE_DOES_NOT_EXIST");
        delete(owner, mine).ok();
        delete(other, received).ok();
    }

    @Test
    void delete_leavesNothingOfTheContents() {
        delete(author, message).ok();

        var left = database.sql("select contents is null and deleted_at is not null from message where id = $1")
                .bind("$1", id(message))
                .mapValue(Boolean.class)
                .one()
                .block();
        assertThat(left).isTrue();
    }

    @Test
    void delete_twice_isFineAndAnnouncedOnce() {
        try (var client = EventClient.live(port, member.token())) {
            delete(author, message).ok();
            delete(author, message).ok();
            delete(owner, message).ok();

            assertThat(announcements(client)).containsExactly(id(message));
        }
    }

    @Test
    void delete_atTheSameTime_isFineForAllAndAnnouncedOnce() {
        try (var client = EventClient.live(port, member.token())) {
            var answers = IntStream.range(0, 6)
                    .parallel()
                    .mapToObj(_ -> delete(author, message))
                    .toList();

            assertThat(answers).extracting(Answer::status).containsOnly(200);
            assertThat(announcements(client)).containsExactly(id(message));
        }
    }

    @Test
    void delete_isAnnouncedWithItsSeqAndChatToTheDeletersOtherDevicesToo() {
        try (var mine = EventClient.live(port, author.token());
                var others = EventClient.live(port, owner.token())) {
            delete(author, message).ok();

            for (var client : List.of(mine, others)) {
                var frame = client.await("message.deleted");
                assertThat(frame.path("id").longValue()).isEqualTo(id(message));
                assertThat(frame.path("chat_id").longValue()).isEqualTo(group);
                assertThat(frame.path("seq").longValue()).isEqualTo(1);
            }
        }
    }

    @Test
    void delete_byAMemberWhoMayNot_isNotAnnounced() {
        try (var client = EventClient.live(port, owner.token())) {
            delete(member, message);

            assertThat(announcements(client)).isEmpty();
        }
    }

    /// The ids of the messages whose deletion the client has been told of, up to a message that is sent now.
    private List<Long> announcements(EventClient client) {
        var last = id(send(owner, "fence"));
        var ids = new ArrayList<Long>();
        for (var frame = client.next(); frame.path("message").path("id").longValue(0) != last; frame = client.next()) {
            if (frame.path("type").stringValue().equals("message.deleted")) {
                ids.add(frame.path("id").longValue());
            }
        }
        return ids;
    }

    private void assertDeletedBy(Api.User who) {
        var kept = send(author, "keep me");

        var answer = delete(who, message);

        assertThat(answer.ok()).isEqualTo(JsonMapper.shared().readTree("{\"success\":true}"));
        assertThat(history()).containsExactly(kept);
    }

    private List<JsonNode> history() {
        return api.get("/chat/" + group + "/messages", member.token())
                .ok()
                .path("messages")
                .valueStream()
                .toList();
    }

    private Answer delete(Api.User who, JsonNode which) {
        return api.call("DELETE", "/message/" + id(which), who.token(), null, Map.of());
    }

    private JsonNode send(Api.User who, String contents) {
        return api.post("/chat/" + group + "/message", who.token(), Map.of("contents", contents))
                .ok();
    }

    private static long id(JsonNode of) {
        return of.path("id").longValue();
    }
}
