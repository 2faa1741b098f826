package koine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import koine.testing.Api;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.ResourceLockTarget;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.context.TestPropertySource;

/// Its own context: what it removes others may want to read.
// its service is no other test's, but shared by its tests, each of which trims all there is
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = "the log of LogRetentionTest", target = ResourceLockTarget.CHILDREN)
@KoineTest
@TestPropertySource(properties = "koine.log.trim-interval=1d")
class LogRetentionTest {

    @Autowired
    private LogRetention retention;

    @Autowired
    private DatabaseClient database;

    @Autowired
    private ApplicationContext context;

    @LocalServerPort
    private int port;

    private Api api = new Api(0);
    private Api.User ann = new Api.User(0, "", "");
    private Api.User bob = new Api.User(0, "", "");

    @BeforeEach
    void people() {
        api = new Api(port);
        var both = new People(context).many("old", 2);
        ann = both.getFirst();
        bob = both.getLast();
    }

    @Test
    void trim_eventsOlderThanTheRetention_areGoneAndMessagesStay() {
        var chat = api.privateChat(ann, bob);
        var message = send(chat, "kept");
        send(chat, "deleted");
        age();
        var group = group();

        assertThat(retention.trim().block()).isPositive();

        assertThat(number("select count(*) from event where chat_id = " + chat)).isZero();
        assertThat(number("select count(*) from event where chat_id = " + group))
                .isOne();
        assertThat(api.get("/chat/" + chat + "/messages", bob.token())
                        .ok()
                        .path("messages")
                        .path(0)
                        .path("id"))
                .isEqualTo(message);
        assertThat(retention.trim().block()).as("nothing is left to remove").isZero();
    }

    @Test
    void trim_membershipsThatEndedBefore_areForgottenAndLaterOnesAreNot() {
        leave(group());
        age();
        leave(group());

        retention.trim().block();

        assertThat(number("select count(*) from former_member where account_id = " + bob.id()))
                .isOne();
    }

    @Test
    void resume_cursorFromBeforeTheTrimmedPart_isResetEverywhere() {
        var before = cursor();
        group();
        age();
        retention.trim().block();

        try (var socket = EventClient.open(port, ann.token())) {
            socket.send(Map.of("type", "resume", "ref", "r", "since", before));
            var reset = socket.await("reset");
            assertThat(reset.path("ref").stringValue()).isEqualTo("r");
            assertThat(reset.path("cursor").stringValue()).isEqualTo(cursor());
        }
        var page = api.get("/sync?since=" + before, ann.token()).ok();
        assertThat(page.path("reset").booleanValue()).isTrue();
        assertThat(page.path("events")).isEmpty();
        assertThat(page.path("cursor").stringValue()).isEqualTo(cursor());
    }

    @Test
    void resume_cursorAtTheTrimmedPosition_isGoodAsItIs() {
        var chat = group();
        age();
        retention.trim().block();
        var trimmed = number("select trimmed from log_clock");
        var at = cursor().replaceAll("-.*", "-" + trimmed);
        assertThat(cursor()).isEqualTo(at);
        var message = send(chat, "after");

        var page = api.get("/sync?since=" + at, bob.token()).ok();

        assertThat(page.path("reset").booleanValue()).isFalse();
        assertThat(page.path("events").path(0).path("message").path("id")).isEqualTo(message);
        var tooOld = api.get("/sync?since=" + cursor().replaceAll("-.*", "-" + (trimmed - 1)), bob.token());
        assertThat(tooOld.ok().path("reset").booleanValue()).isTrue();
    }

    private long group() {
        return api.post("/chat/group/create", ann.token(), Map.of("name", "g", "with_ids", List.of(bob.id())))
                .ok()
                .path("id")
                .longValue();
    }

    private void leave(long group) {
        api.post("/chat/" + group + "/leave", bob.token(), Map.of()).ok();
    }

    private tools.jackson.databind.JsonNode send(long chat, String contents) {
        return api.post("/chat/" + chat + "/message", ann.token(), Map.of("contents", contents))
                .ok()
                .path("id");
    }

    /// A month and a day go by.
    private void age() {
        database.sql("update event set created_at = created_at - interval '31 days'")
                .then()
                .block();
    }

    private String cursor() {
        return api.get("/sync", ann.token()).ok().path("cursor").stringValue();
    }

    private long number(String sql) {
        return Objects.requireNonNull(
                database.sql(sql).map(row -> row.get(0, Long.class)).one().block());
    }
}
