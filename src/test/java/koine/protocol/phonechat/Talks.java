package koine.protocol.phonechat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import koine.protocol.phonechat.Phones.Line;
import koine.protocol.phonechat.Phones.Phone;
import koine.testing.Api;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.JsonNode;

/// Three people with phones, and what tests of their sockets have in common.
abstract class Talks {

    static final Duration SOON = Duration.ofSeconds(10);
    static final String AT = "2020-11-21 16:32:17.356";
    static final String LATER = "2020-11-21 17:11:30.404";

    @LocalServerPort
    int port;

    @Autowired
    BeanFactory service;

    @Autowired
    DatabaseClient database;

    private final List<AutoCloseable> lines = new ArrayList<>();
    Phone ann = new Phone(new Api.User(0, "", ""), "", 0);
    Phone ben = ann;
    Phone eve = ann;

    @BeforeEach
    void people() {
        var people = new Phones(service, port).many(3);
        ann = people.get(0);
        ben = people.get(1);
        eve = people.get(2);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (var line : lines) {
            line.close();
        }
    }

    <L extends AutoCloseable> L kept(L line) {
        lines.add(line);
        return line;
    }

    String group(Phone admin, Phone... others) {
        return admin.call(
                        "POST",
                        "/chat/special/group",
                        Map.of(
                                "name",
                                "group",
                                "bio",
                                "",
                                "admin",
                                List.of(),
                                "participants",
                                List.of(others).stream().map(Phone::number).toList()))
                .ok()
                .path("key")
                .stringValue();
    }

    static List<JsonNode> fetch(Line received, String command) {
        received.say(command, "--null--", received.me().number(), LATER);
        var frame = received.socket().await(next -> text(next, "command").equals(command));
        assertThat(text(frame, "all")).isEqualTo("True");
        return frame.path("messages").valueStream().toList();
    }

    /// What is there once there are so many.
    static List<JsonNode> fetch(Line received, String command, int count) {
        var found = new ArrayList<JsonNode>();
        await().atMost(SOON).until(() -> {
            found.clear();
            found.addAll(fetch(received, command));
            return found.size() == count;
        });
        return found;
    }

    static String stamp(int i) {
        return "2020-11-21 16:32:%02d.1".formatted(i);
    }

    static String frame(String message, String command, String from, String to, String at) {
        return "{\"message\":\"" + message + "\",\"command\":\"" + command + "\",\"msg_from\":\"" + from
                + "\",\"msg_to\":\"" + to + "\",\"sent_timestamp\":\"" + at + "\"}";
    }

    static String text(JsonNode frame, String field) {
        return frame.path(field).asString("");
    }

    /// @param error null for whatever
    static void assertError(Line line, String type, @Nullable String error, String to) {
        var frame = line.next();
        var said = error == null ? text(frame, "message") : error;
        assertThat(said).isNotEmpty();
        assertThat(frame)
                .hasToString("{\"message\":\"" + said + "\",\"command\":\"error\",\"type\":\"" + type
                        + "\",\"msg_from\":\"" + line.me().number() + "\",\"msg_to\":\"" + to
                        + "\",\"sent_timestamp\":\"" + text(frame, "sent_timestamp") + "\"}");
        assertThat(text(frame, "sent_timestamp")).isNotEmpty();
    }

    void awaitStored(int messages) {
        await().atMost(SOON)
                .until(() -> count("select count(*) from message where author_id = "
                                + ann.user().id())
                        == messages);
    }

    /// Nothing is left of what Ann has said.
    void awaitGone() {
        await().atMost(SOON)
                .until(() -> count("select count(*) from message where contents is not null and author_id = "
                                + ann.user().id())
                        == 0);
    }

    long count(String sql) {
        return Objects.requireNonNull(database.sql(sql)
                .map(row -> ((Number) Objects.requireNonNull(row.get(0))).longValue())
                .one()
                .block(SOON));
    }
}
