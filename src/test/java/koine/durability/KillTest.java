package koine.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import koine.testing.Api;
import koine.testing.ServiceProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The service's process is killed while clients send, and started again on the same data: what was answered ok
/// is there, and sending everything again makes it whole.
class KillTest {

    /// Its clients send as fast as they can.
    private static final String UNLIMITED = "koine.limits.enabled=false";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int ROUNDS = 3;
    private static final int PEOPLE = 5;
    private static final int CHATS = 4;
    private static final int CLIENTS = 20;
    private static final int SENDS_EACH = 50;
    private static final int SENDS = CLIENTS * SENDS_EACH;

    @TempDir
    private Path data;

    private final long seed = new Random().nextLong();
    private final List<Api.User> people = new ArrayList<>();
    private final List<Long> chats = new ArrayList<>();

    @Test
    void kill_whileClientsSend_losesNothingThatWasAnswered() throws Exception {
        var before = new KillClient.Answers();
        try (var killed = ServiceProcess.start(data, UNLIMITED)) {
            makeChats(new Api(killed.port()));
            var clients = send(killed.port(), before);
            var enough = SENDS / 10 + new Random(seed).nextInt(SENDS / 2);
            await().atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> before.stored().size() >= enough);
            killed.killHard();
            clients.forEach(KillTest::join);
        }
        assertThat(before.refusals()).allMatch(refusal -> refusal.contains("UNAVAILABLE"));
        assertThat(before.stored().size()).as("all was over before the kill").isLessThan(SENDS);

        try (var again = ServiceProcess.start(data, UNLIMITED);
                var sql = connect()) {
            var stored = stored(sql);
            System.out.printf(
                    "KillTest: seed %d, %d answered, %d stored of %d%n",
                    seed, before.stored().size(), stored.size(), SENDS);
            assertThat(stored).as("seed %d", seed).containsAllEntriesOf(before.stored());
            assertWhole(sql);

            var after = sendUntilAllAreAnswered(again.port());
            assertThat(after.stored()).as("seed %d", seed).hasSize(SENDS).containsAllEntriesOf(stored);
            assertThat(stored(sql)).as("seed %d", seed).isEqualTo(after.stored());
            assertThat(sql.number("select count(*) from message")).isEqualTo(SENDS);
            assertWhole(sql);
        }
    }

    /// A machine that is busy enough may take too long for a commit; then clients send again.
    private KillClient.Answers sendUntilAllAreAnswered(int port) {
        var answers = new KillClient.Answers();
        for (int i = 0; i < ROUNDS && answers.stored().size() < SENDS; i++) {
            send(port, answers).forEach(KillTest::join);
        }
        assertThat(answers.refusals()).allMatch(refusal -> refusal.contains("UNAVAILABLE"));
        return answers;
    }

    private void makeChats(Api api) {
        IntStream.range(0, PEOPLE).forEach(i -> people.add(api.register("p" + i)));
        var others = people.subList(1, PEOPLE).stream().map(Api.User::id).toList();
        for (int i = 0; i < CHATS; i++) {
            var group = Map.of("name", "group " + i, "with_ids", others);
            chats.add(api.post("/chat/group/create", people.getFirst().token(), group)
                    .ok()
                    .path("id")
                    .longValue());
        }
    }

    /// Every client sends its messages, always the same ones; half of the clients by HTTP and half by sockets.
    private List<Thread> send(int port, KillClient.Answers answers) {
        return IntStream.range(0, CLIENTS)
                .mapToObj(i -> {
                    var user = people.get(i % PEOPLE);
                    var client = i % 2 == 0 ? new KillHttpClient(port, user) : new KillSocketClient(port, user);
                    return Thread.ofVirtual().start(() -> client.send(sendsOf(i), answers));
                })
                .toList();
    }

    private List<KillClient.Send> sendsOf(int client) {
        return IntStream.range(0, SENDS_EACH)
                .mapToObj(
                        i -> new KillClient.Send(chats.get((client + i) % CHATS), "client-%d-%d".formatted(client, i)))
                .toList();
    }

    private static void join(Thread client) {
        try {
            assertThat(client.join(PATIENCE)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Long> stored(Sql sql) {
        return sql.numbersByText("select key, id from message where contents = key");
    }

    private static void assertWhole(Sql sql) {
        var audit = new LogAudit(sql);
        audit.assertNoHoles(0);
        audit.assertSeqsHaveNoHoles();
        audit.assertTimesRise();
    }

    /// To the embedded Postgres, which says in its data where it listens.
    private Sql connect() throws Exception {
        var port = Files.readAllLines(data.resolve("postgres/postmaster.pid")).get(3);
        return Sql.connect("jdbc:postgresql://localhost:" + port + "/postgres", "postgres", "");
    }
}
