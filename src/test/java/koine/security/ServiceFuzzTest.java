package koine.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import koine.testing.Fuzz;
import koine.testing.KoineTest;
import koine.testing.Nonsense;
import koine.testing.RealFrames;
import koine.testing.Table;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.r2dbc.core.DatabaseClient;

/// Nonsense for the running service, many at a time: it is refused in words or taken, nothing breaks, and what was
/// taken can be read.
@KoineTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServiceFuzzTest {

    private static final int REQUESTS = 4_000;

    /// On each socket; of phonechat there are three.
    private static final int FRAMES = 300;

    private static final int POLLS = 150;
    private static final int PIPELINED = 8;
    private static final int CONNECTIONS = 6;

    @Autowired
    private ApplicationContext service;

    @LocalServerPort
    private int port;

    private Stage stage;
    private Cast cast;
    private Reading reading;
    private Faults faults;
    private final AtomicInteger taken = new AtomicInteger();

    @BeforeAll
    void makeAStage() {
        stage = new Stage(service, port, 1);
        cast = stage.casts().getFirst();
        reading = new Reading(
                port, List.of(stage.victim(), stage.friend(), cast.member(), cast.stranger(), cast.blocked()));
        faults = new Faults();
    }

    @AfterAll
    void close() {
        faults.close();
    }

    @Test
    void calls_wild_areAnsweredAndWhatIsStoredCanBeRead() throws Exception {
        var tokens = List.of(
                "",
                "nonsense",
                "nons\u0090ense",
                cast.member().token(),
                cast.stranger().token(),
                cast.blocked().token());
        var requests = Fuzz.some(WildRequests.all(stage.names(cast.member()), tokens), REQUESTS);

        assertNone(together(batches(requests).map(this::problems)));
        assertThat(taken.get()).as("of %d requests were carried out", REQUESTS).isGreaterThan(REQUESTS / 20);
        reading.readAll();
        assertNone(faults.logged());
    }

    @Test
    void frames_wild_areAnsweredAndTheSocketStaysOpen() throws Exception {
        var names = stage.names(stage.friend());
        var sockets = Table.rows("sockets.md").stream()
                .filter(row -> !row.getFirst().equals("uchat DeleteRoom"))
                .map(row -> new Wild(row.getFirst(), row.get(1), names))
                .collect(Collectors.groupingBy(Wild::socket, Collectors.mapping(Wild::frame, Collectors.toList())));

        var before = said();
        assertNone(together(sockets.entrySet().stream()
                .filter(socket -> !socket.getKey().path().startsWith("room/"))
                .map(socket -> shouting(socket.getKey(), socket.getValue()))));
        assertThat(said()).as("messages that were stored").isGreaterThan(before + FRAMES / 20);
        reading.readAll();
        assertNone(faults.logged());
    }

    /// Bodies of polling clients of Socket.IO, each for a session of its own, which a bad packet may end.
    @Test
    void packets_wild_areTakenOrRefused() throws Exception {
        var packets = List.of(
                "40/api/socket,",
                "40/api/socket,{\"token\":\"abc\"}\u001e42/api/socket,7[\"join\",1]",
                "3\u001e2probe\u001e42[\"join\",1]",
                "41/api/socket,\u001e451-/api/socket,[\"file\",{\"_placeholder\":true,\"num\":0}]\u001ebAQID",
                "5\u001e6\u001e1");
        var bodies = Fuzz.some(Nonsense.changed(packets), POLLS);

        assertNone(together(bodies.stream().map(this::polling)));
        assertNone(faults.logged());
    }

    private Callable<List<String>> polling(String body) {
        return () -> {
            var line = new Line(port);
            var path = "/socket.io/?EIO=4&transport=polling";
            var opened = line.call(new Trial("GET", path, null), null).join().body();
            var session = Talk.JSON.readTree(opened.substring(1)).path("sid").stringValue();
            var answer = line.call(new Trial("POST", path + "&sid=" + session, body), null)
                    .join();
            return isBad(answer) ? List.of(answer + " to " + body) : List.of();
        };
    }

    private long said() {
        return service.getBean(DatabaseClient.class)
                .sql("select count(*) from message where author_id = $1")
                .bind("$1", stage.friend().id())
                .mapValue(Long.class)
                .one()
                .blockOptional()
                .orElseThrow();
    }

    private static void assertNone(List<String> problems) {
        assertThat(problems).as("-Dkoine.fuzz.seed=%d", Fuzz.RUN).isEmpty();
    }

    private static List<String> together(Stream<Callable<List<String>>> work) throws Exception {
        try (var threads = Executors.newFixedThreadPool(CONNECTIONS)) {
            var problems = new ArrayList<String>();
            for (Future<List<String>> done : threads.invokeAll(work.toList())) {
                problems.addAll(done.get());
            }
            return problems;
        }
    }

    private static Stream<List<byte[]>> batches(List<byte[]> requests) {
        return IntStream.iterate(0, from -> from < requests.size(), from -> from + PIPELINED)
                .mapToObj(from -> requests.subList(from, Math.min(from + PIPELINED, requests.size())));
    }

    private Callable<List<String>> problems(List<byte[]> requests) {
        return () -> {
            var problems = new ArrayList<String>();
            for (var rest = requests; !rest.isEmpty(); ) {
                var answers = answers(rest);
                for (int i = 0; i < answers.size(); i++) {
                    taken.addAndGet(answers.get(i).status() / 100 == 2 ? 1 : 0);
                    if (isBad(answers.get(i))) {
                        problems.add(answers.get(i) + " to " + new String(rest.get(i), StandardCharsets.UTF_8));
                    }
                }
                rest = rest.subList(answers.size(), rest.size());
            }
            return problems;
        };
    }

    /// One answer at least. What the service writes when it is about to close a connection gets lost if the client
    /// still writes: then the first request comes alone.
    private List<Outcome> answers(List<byte[]> requests) throws IOException {
        var line = new Pipeline(port);
        var answers = line.answers(requests);
        if (!answers.isEmpty()) {
            return answers;
        }
        var first = line.answers(requests.subList(0, 1));
        return first.isEmpty() ? List.of(new Outcome(-1, "no answer")) : first;
    }

    private static boolean isBad(Outcome answer) {
        var isFault = answer.status() < 0 || (answer.status() >= 500 && answer.status() != 503);
        return isFault || (answer.status() >= 400 && tellsInternals(answer.body()));
    }

    private static boolean tellsInternals(String text) {
        return text.contains("Exception") || text.contains("\tat ") || text.contains("java.");
    }

    /// A socket, and a frame for it.
    private record Wild(String command, String sent, Map<String, String> names) {

        Socket socket() {
            var path = sent.substring(0, sent.length() - RealFrames.frame(sent).length());
            return new Socket(
                    command.substring(0, command.indexOf(' ')),
                    Trial.filled(path, names).strip());
        }

        String frame() {
            return Trial.filled(RealFrames.frame(sent), names);
        }
    }

    private record Socket(String protocol, String path) {}

    /// Sends all without waiting, and then waits for the answer to what comes last.
    private Callable<List<String>> shouting(Socket to, List<String> real) {
        var frames = Fuzz.some(Nonsense.like(real), FRAMES);
        return () -> {
            var who = stage.friend();
            try (var talk = Talk.open(port, to.protocol(), to.path(), who, who.token())) {
                frames.forEach(frame -> talk.shout(new String(frame, StandardCharsets.UTF_8)));
                frames.stream().limit(5).forEach(talk::shout);
                return talk.lastWords().stream()
                        .filter(ServiceFuzzTest::tellsInternals)
                        .toList();
            } catch (AssertionError | TextSocket.Refused e) {
                return List.of(to + ": " + e);
            }
        };
    }
}
