package koine.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import koine.chaos.Cluster.Stage;
import koine.chaos.Counts.What;
import koine.testing.Api;
import koine.testing.Api.User;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The promises of the event socket under everything that goes wrong in life. `-Dkoine.chaos.seconds` makes it
/// last longer, `-Dkoine.chaos.seed` repeats the dice of an earlier run, though not its timing.
class ChaosTest {

    private static final Logger log = LoggerFactory.getLogger(ChaosTest.class);

    private static final long SEED = Long.getLong("koine.chaos.seed", System.nanoTime());
    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("koine.chaos.seconds", 12));
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final int CLIENTS = 30;
    private static final int GROUPS = 5;
    private static final int MEMBERS = 11;
    private static final int PAIRS = 15;

    /// Short beats, so that a lost tail is found while the test runs; queues and pages so small that they are
    /// full again and again.
    private static final String[] PROPERTIES = {
        "koine.delivery.heartbeat=2s",
        "koine.delivery.queue-events=12",
        "koine.delivery.catch-up-page=20",
        "koine.limits.enabled=false"
    };

    private final Random random = new Random(SEED);
    private final Counts counts = new Counts();
    private final Faults faults = new Faults();
    private final Stage stage = new Stage();

    @TempDir
    private Path directory;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void everything_whateverFails_isStoredOnceAndSeenOnceInOrder() throws Exception {
        log.info("koine.chaos.seed={}", SEED);
        try (var postgres = new RestartablePostgres(directory.resolve("postgres"));
                var one = server(postgres, "one");
                var other = server(postgres, "other")) {
            one.awaitUp();
            other.awaitUp();
            Tables.keepGoneMessages(postgres);
            var clients = clients(List.of(one, other));
            log.info("Here are {} clients, it begins", clients.size());
            run(clients, postgres, List.of(one, other));
            var tables = Tables.read(postgres);
            count(tables);
            new Oracle(tables, clients, faults).judge();
        }
        log.info("After {} with seed {}:\n{}", LENGTH, SEED, counts);
        assertThat(faults.summary()).as("faults with seed %d", SEED).isEqualTo(Faults.NONE);
        assertThatItWasHard();
    }

    private Server server(RestartablePostgres postgres, String name) {
        var network = new UnreliableProxy(random.nextLong(), counts);
        return new Server(directory.resolve(name), postgres, network, PROPERTIES);
    }

    private List<ChaosClient> clients(List<Server> servers) {
        var api = new Api(servers.getFirst().directPort());
        var users = Stream.generate(() -> api.register("client")).limit(CLIENTS).toList();
        var start =
                api.get("/sync", users.getFirst().token()).ok().path("cursor").stringValue();
        var cluster = new Cluster(servers, users, groups(api, users), counts, faults, stage);
        for (int n = 0; n < PAIRS; n++) {
            api.privateChat(users.get(n), users.get(CLIENTS - 1 - n));
        }
        var http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
        return users.stream()
                .map(user -> new ChaosClient(cluster, user, start, http, random.nextLong()))
                .toList();
    }

    private Map<Long, Long> groups(Api api, List<User> users) {
        var owned = new HashMap<Long, Long>();
        for (var owner : users.subList(0, GROUPS)) {
            var others = new ArrayList<>(users);
            others.remove(owner);
            Collections.shuffle(others, random);
            var ids = others.stream().limit(MEMBERS).map(User::id).toList();
            var group = api.post("/chat/group/create", owner.token(), Map.of("name", "big", "with_ids", ids));
            owned.put(owner.id(), group.ok().path("id").longValue());
        }
        return owned;
    }

    private void run(List<ChaosClient> clients, RestartablePostgres postgres, List<Server> servers) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                clients.forEach(threads::execute);
                disasters(postgres, servers);
                log.info("It calms down");
                servers.forEach(Server::heal);
                stage.settling = true;
                awaitAll(clients, postgres);
                log.info("All clients have seen everything");
            } finally {
                stage.over = true;
            }
        }
    }

    /// Each kind once in a round, in any order; at least one round.
    private void disasters(RestartablePostgres postgres, List<Server> servers) throws InterruptedException {
        var end = System.nanoTime() + LENGTH.toNanos();
        do {
            var round = new ArrayList<Runnable>(List.of(
                    () -> kill(servers.get(random.nextInt(servers.size()))),
                    () -> roll(servers),
                    () -> restart(postgres),
                    () -> crash(postgres)));
            Collections.shuffle(round, random);
            for (var disaster : round) {
                Thread.sleep(1_000 + random.nextInt(1_500));
                disaster.run();
            }
        } while (System.nanoTime() < end);
    }

    private void kill(Server server) {
        counts.add(What.SERVERS_KILLED);
        server.kill();
        server.start();
    }

    /// As for a new version: one server after the other, so that there is always one.
    private void roll(List<Server> servers) {
        counts.add(What.ROLLING_RESTARTS);
        for (var server : servers) {
            server.stop();
            server.start();
        }
    }

    private void restart(RestartablePostgres postgres) {
        counts.add(What.POSTGRES_RESTARTS);
        postgres.restartFast();
    }

    private void crash(RestartablePostgres postgres) {
        counts.add(What.POSTGRES_CRASHES);
        postgres.restartAfterCrash();
    }

    /// Until everything is answered and every client has seen the log up to its end.
    private void awaitAll(List<ChaosClient> clients, RestartablePostgres postgres) throws SQLException {
        try {
            await().atMost(PATIENCE).until(() -> clients.stream().allMatch(ChaosClient::isSettled));
            await().atMost(PATIENCE).until(() -> {
                var head = Tables.head(postgres);
                return clients.stream().allMatch(client -> client.reached() == head);
            });
        } catch (ConditionTimeoutException _) {
            var head = Tables.head(postgres);
            clients.stream()
                    .filter(client -> !client.isSettled() || client.reached() != head)
                    .forEach(client -> faults.add("the head is {}, not there: {}", head, client));
        }
    }

    private void count(Tables tables) {
        counts.add(What.EVENTS_IN_LOG, tables.head());
        counts.add(What.MESSAGES_STORED, tables.messages().size());
        counts.add(
                What.MESSAGES_GONE_WITH_THEIR_GROUP,
                tables.messages().stream().filter(Tables.Row::gone).count());
    }

    /// A test without failures would prove nothing. Whether a group comes to its end is left to chance.
    private void assertThatItWasHard() {
        for (var what : EnumSet.complementOf(EnumSet.of(What.MESSAGES_GONE_WITH_THEIR_GROUP))) {
            assertThat(counts.get(what)).as("number of %s", what).isPositive();
        }
    }
}
