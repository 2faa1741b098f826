package koine.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import koine.testing.Api;
import koine.testing.EventClient;
import koine.testing.ServiceProcess;
import koine.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// SIGTERM, as an orchestrator sends it.
class ShutdownTest {

    @TempDir
    private Path data;

    @Test
    void terminate_withSocketsOpenAndSendsUnderWay_losesNothingAndIsGoneInTime() throws Exception {
        var database = TestDatabase.fresh();
        try (var service = ServiceProcess.start(data, unlimited(database))) {
            var api = new Api(service.port());
            var ann = api.register("ann");
            var bob = api.register("bob");
            var chat = api.privateChat(ann, bob);
            fill(database, chat, ann);
            var accepted = new ConcurrentSkipListSet<String>();
            try (var sockets = new Sockets(service.port(), ann, bob);
                    var stalled = SilentPeer.open(service.port(), bob.token());
                    var stalledStream = SilentPeer.stream(service.port(), bob.token(), sockets.firstCursor());
                    var senders = Executors.newVirtualThreadPerTaskExecutor()) {
                stalled.send("{\"type\":\"resume\",\"since\":\"%s\"}".formatted(sockets.firstCursor()));
                var goOn = new AtomicBoolean(true);
                for (int i = 0; i < 4; i++) {
                    var name = "sender-" + i;
                    senders.execute(() -> sendUntilRefused(api, ann, chat, name, accepted, goOn));
                }
                sockets.clients.get(1).await("message");
                var start = System.nanoTime();

                assertThat(service.terminate()).isEqualTo(143);

                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
                goOn.set(false);
                for (var client : sockets.clients) {
                    var closed = client.awaitClosed();
                    assertThat(closed.code()).isEqualTo(1012);
                    assertThat(Integer.parseInt(closed.reason())).isBetween(1, 8);
                }
                stalled.takeToTheEnd();
                stalledStream.takeToTheEnd();
            }
            assertThat(accepted).isNotEmpty();
            assertThat(stored(database)).containsAll(accepted);
            assertThat(service.log()).doesNotContain("ERROR");
        }
    }

    /// One account has all the sockets, and sends as fast as it can.
    private static String[] unlimited(TestDatabase database) {
        return Stream.concat(Stream.of(database.properties()), Stream.of("koine.limits.enabled=false"))
                .toArray(String[]::new);
    }

    /// More than the system buffers for a peer that takes nothing.
    private static void fill(TestDatabase database, long chat, Api.User author) {
        database.execute("""
                with sent as (
                    select write_messages(
                        array(select %d::bigint from generate_series(1, 4000)),
                        array(select %d::bigint from generate_series(1, 4000)),
                        array(select repeat('x', 2000) from generate_series(1, 4000)),
                        array(select null::text from generate_series(1, 4000)),
                        array(select null::bigint from generate_series(1, 4000)),
                        'test')
                )
                select count(*) from sent
                """.formatted(author.id(), chat));
    }

    /// Sockets that follow.
    private static final class Sockets implements AutoCloseable {

        private final List<EventClient> clients = new ArrayList<>();

        Sockets(int port, Api.User... users) {
            for (var user : users) {
                for (int i = 0; i < 5; i++) {
                    clients.add(EventClient.live(port, user.token()));
                }
            }
        }

        String firstCursor() {
            clients.getFirst().send(Map.of("type", "resume"));
            return clients.getFirst()
                    .await("synced")
                    .path("cursor")
                    .stringValue()
                    .replaceAll("-.*", "-0");
        }

        @Override
        public void close() {
            clients.forEach(EventClient::close);
        }
    }

    private static void sendUntilRefused(
            Api api, Api.User from, long chat, String name, Set<String> accepted, AtomicBoolean goOn) {
        for (int i = 0; goOn.get(); i++) {
            var contents = name + "-" + i;
            try {
                var answer = api.post("/chat/" + chat + "/message", from.token(), Map.of("contents", contents));
                if (answer.status() == 200) {
                    accepted.add(contents);
                }
            } catch (RuntimeException _) { // the server is gone: not accepted
                return;
            }
        }
    }

    private static Set<String> stored(TestDatabase database) throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select contents from message where contents like 'sender-%'")) {
            var stored = new TreeSet<String>();
            while (rows.next()) {
                stored.add(rows.getString(1));
            }
            return stored;
        }
    }
}
