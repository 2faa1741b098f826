package koine.cluster;

import static koine.cluster.TwoServers.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.message.Messages;
import koine.message.SendMessage;
import koine.testing.Api;
import koine.testing.EventClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/// What is written on one server reaches those who are connected to the other.
class MessagesAcrossServersTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final TwoServers servers = TwoServers.running();
    private Api.User ann = new Api.User(0, "", "");
    private Api.User bob = new Api.User(0, "", "");
    private long chat;

    @BeforeEach
    void chat() {
        ann = servers.one().people().one("ann");
        bob = servers.two().people().one("bob");
        chat = servers.one().api().privateChat(ann, bob);
    }

    @Test
    void message_onOneServer_isTheSameOnTheOther() {
        try (var here = servers.one().live(bob);
                var there = servers.two().live(bob)) {
            var sent = send(servers.one(), ann, chat, "naïve 漢字 😀 \\ \" \n end");

            var shown = there.await("message");
            assertThat(shown.path("message")).isEqualTo(sent);
            assertThat(shown).isEqualTo(here.await("message"));
            assertThat(sent.path("created_at").stringValue()).matches(".*\\.\\d{6}.*");
        }
    }

    @Test
    void messageWithAFile_onOneServer_isTheSameOnTheOther() {
        try (var there = servers.two().live(bob)) {
            var api = servers.one().api();
            var name = Map.of("Content-Disposition", "attachment; filename*=UTF-8''%C3%BC%22.txt");
            var media =
                    api.call("POST", "/media", ann.token(), "contents", name).ok();
            var body = Map.of("kind", "file", "media_id", media.path("id"), "contents", "");

            var sent = api.post("/chat/" + chat + "/message", ann.token(), body).ok();

            assertThat(sent.path("media")).isEqualTo(media);
            assertThat(there.await("message").path("message")).isEqualTo(sent);
        }
    }

    @Test
    void messages_thatAreGone_holdUpNeitherTheFeedNorWhoComesBack() {
        var body = Map.of("name", "g", "with_ids", List.of(bob.id()), "retention", "until_delivered");
        var passing = servers.one()
                .api()
                .post("/chat/group/create", ann.token(), body)
                .ok()
                .path("id")
                .longValue();
        var cursor = servers.two()
                .api()
                .get("/sync", bob.token())
                .ok()
                .path("cursor")
                .stringValue();
        try (var there = servers.two().live(bob)) {
            for (int i = 1; i <= 3; i++) {
                send(servers.one(), ann, passing, "m" + i);
                assertThat(there.await("message")
                                .path("message")
                                .path("contents")
                                .stringValue())
                        .isEqualTo("m" + i);
                servers.two()
                        .api()
                        .post("/chat/" + passing + "/delivered", bob.token(), Map.of("seq", i))
                        .ok();
            }
            send(servers.one(), ann, chat, "stays");
            assertThat(there.await("message").path("message").path("contents").stringValue())
                    .isEqualTo("stays");
        }

        var missed = servers.two()
                .api()
                .get("/sync?since=" + cursor, bob.token())
                .ok()
                .path("events");

        assertThat(missed.valueStream()
                        .map(event -> event.path("message").path("contents").asString("")))
                .containsExactly("stays");
    }

    @Test
    void messages_ofSizesAroundALimitOfNotifications_allArriveWhole() {
        try (var there = servers.two().live(bob)) {
            // four bytes each: with the rest of the hint, notifications of a little under and over 8,000 bytes
            var texts = IntStream.rangeClosed(0, 60)
                    .mapToObj(i -> "😀".repeat(1_960) + "x".repeat(i))
                    .toList();

            texts.forEach(text -> send(servers.one(), ann, chat, text));

            assertThat(contents(there, texts.size())).isEqualTo(texts);
        }
    }

    @Test
    void messages_manyAtOnceOnBothServers_arriveOnceAndInOneOrder() {
        var count = 400;
        try (var one = servers.one().live(bob);
                var two = servers.two().live(ann)) {
            Flux.range(0, count)
                    .flatMap(
                            i -> (i % 2 == 0 ? servers.one() : servers.two())
                                    .bean(Messages.class)
                                    .send(new SendMessage(
                                            new AccountId(i % 3 == 0 ? ann.id() : bob.id()),
                                            new ChatId(chat),
                                            "m" + i,
                                            null)),
                            128)
                    .blockLast(LIMIT);

            var seen = frames(one, count);
            assertThat(frames(two, count)).isEqualTo(seen);
            assertThat(seen).extracting(frame -> frame.path("seq").longValue()).isSorted();
            assertThat(seen)
                    .extracting(frame -> frame.path("cursor").stringValue())
                    .doesNotHaveDuplicates();
            assertThat(seen.getLast().path("seq").longValue()).isEqualTo(count);
            assertThat(one.untilPong()).noneMatch(MessagesAcrossServersTest::isMessage);
        }
    }

    @Test
    void rareWrites_onOneServer_reachTheOther() {
        try (var there = servers.two().live(bob)) {
            var group = servers.one()
                    .api()
                    .post("/chat/group/create", ann.token(), Map.of("name", "g", "with_ids", List.of(bob.id())))
                    .ok();
            assertThat(there.await("chat.created").path("chat").path("id")).isEqualTo(group.path("id"));

            var sent = send(servers.one(), ann, group.path("id").longValue(), "to be deleted");
            assertThat(there.await("message").path("message")).isEqualTo(sent);
            servers.one()
                    .api()
                    .call("DELETE", "/message/" + sent.path("id"), ann.token(), null, Map.of())
                    .ok();
            assertThat(there.await("message.deleted").path("id")).isEqualTo(sent.path("id"));
        }
    }

    @Test
    void listening_connectionKilled_isOpenedAgainAndNothingIsLost() {
        try (var there = servers.two().live(bob)) {
            var before = listeners();
            assertThat(before).hasSize(2);

            var texts = new ArrayList<String>();
            for (int i = 0; i < 20; i++) {
                texts.add("m" + i);
                send(servers.one(), ann, chat, "m" + i);
                if (i == 5) {
                    servers.database().execute("""
                            select pg_terminate_backend(pid) from pg_stat_activity
                            where datname = current_database() and query ilike 'listen %'
                            """);
                }
            }

            // events are looked for once a minute only: what came is what the new connection found
            assertThat(contents(there, texts.size())).isEqualTo(texts);
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(listeners()).hasSize(2).doesNotContainAnyElementsOf(before));
            send(servers.one(), ann, chat, "after");
            assertThat(contents(there, 1)).containsExactly("after");
        }
    }

    /// The process ids of the connections that listen.
    private List<Integer> listeners() {
        return Objects.requireNonNull(servers.one()
                .bean(DatabaseClient.class)
                .sql("""
                        select pid from pg_stat_activity
                        where datname = current_database() and query ilike 'listen %'
                        order by pid
                        """)
                .map(row -> Objects.requireNonNull(row.get(0, Integer.class)))
                .all()
                .collectList()
                .block());
    }

    private static List<String> contents(EventClient client, int count) {
        return frames(client, count).stream()
                .map(frame -> frame.path("message").path("contents").stringValue())
                .toList();
    }

    private static List<JsonNode> frames(EventClient client, int count) {
        return IntStream.range(0, count).mapToObj(_ -> client.await("message")).toList();
    }

    private static boolean isMessage(JsonNode frame) {
        return frame.path("type").asString("").equals("message");
    }
}
