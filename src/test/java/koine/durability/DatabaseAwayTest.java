package koine.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import koine.testing.Api;
import koine.testing.EventClient;
import koine.testing.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ContextConfiguration;
import tools.jackson.databind.JsonNode;

/// The database goes away under the running service and comes back: everybody is told in time, nothing is lost,
/// nothing has to be started again.
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@ContextConfiguration(initializers = DatabaseAwayTest.BehindProxy.class)
@DirtiesContext
class DatabaseAwayTest {

    /// Twice the time that a commit may take, and some for a loaded machine.
    private static final Duration SENDS_FAIL_WITHIN = Duration.ofSeconds(4);

    /// The time to wait for a connection, the time to wait for an answer on it, and as above.
    private static final Duration CALLS_FAIL_WITHIN = Duration.ofSeconds(5);

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int SENDS = 20;
    private static final TestDatabase database = TestDatabase.fresh();
    private static final TcpProxy proxy = new TcpProxy(database.host(), database.port());

    @LocalServerPort
    private int port;

    private Api api;
    private Api.User ann;
    private Api.User bob;
    private long chat;

    static class BehindProxy implements ApplicationContextInitializer<ConfigurableApplicationContext> {

        @Override
        public void initialize(ConfigurableApplicationContext context) {
            TestPropertyValues.of(
                            "spring.r2dbc.url=r2dbc:postgresql://localhost:" + proxy.port() + "/" + database.database(),
                            "spring.r2dbc.username=" + database.username(),
                            "spring.r2dbc.password=" + database.password(),
                            "koine.message.write-timeout=1s",
                            "koine.database.answer-timeout=1s",
                            "spring.r2dbc.pool.max-acquire-time=1s",
                            "spring.r2dbc.pool.max-create-connection-time=1s",
                            "koine.data-dir=target/koine-test/" + database.database(),
                            "logging.level.io.r2dbc=off",
                            "logging.level.reactor.netty=off")
                    .applyTo(context);
        }
    }

    @AfterAll
    static void closeProxy() {
        proxy.close();
    }

    @BeforeEach
    void makeAChat() {
        api = new Api(port);
        ann = api.register("ann");
        bob = api.register("bob");
        chat = api.privateChat(ann, bob);
    }

    @Test
    void database_connectionsCutAndBack_failsInTimeAndGoesOn() throws Exception {
        breakAndMend(proxy::cut, proxy::restore);
    }

    @Test
    void database_silentAndBack_failsInTimeAndGoesOn() throws Exception {
        breakAndMend(proxy::stall, proxy::resume);
    }

    /// As after a failover behind one address: whoever is connected to the old server is never told.
    @Test
    void database_silentAndThenAnotherOne_failsInTimeAndGoesOn() throws Exception {
        breakAndMend(proxy::stall, proxy::moveOn);
    }

    private void breakAndMend(Runnable breaking, Runnable mending) throws Exception {
        try (var sender = EventClient.live(port, ann.token());
                var reader = EventClient.live(port, bob.token())) {
            var first = sendByHttp("before").ok().path("id").longValue();

            breaking.run();
            try {
                assertSendsFail(sender);
                assertCallsFail(first);
            } finally {
                mending.run();
            }

            await().atMost(PATIENCE).until(() -> sendByHttp("http0").status() == 200);
            IntStream.range(1, SENDS).forEach(i -> sendByHttp("http" + i).ok());
            IntStream.range(0, SENDS).forEach(i -> sendBySocket(sender, "socket" + i));
            var answers = answers(sender);
            assertThat(answers)
                    .extracting(answer -> answer.path("type").asString())
                    .containsOnly("ok");
            assertThat(allThatReached(reader)).isEqualTo(history());
            assertThat(call(first).values()).extracting(Api.Answer::status).containsOnly(200);
        }
    }

    private void assertSendsFail(EventClient sender) throws Exception {
        var begin = System.nanoTime();
        IntStream.range(0, SENDS).forEach(i -> sendBySocket(sender, "socket" + i));
        var calls = IntStream.range(0, SENDS)
                .mapToObj(i -> new FutureTask<>(() -> sendByHttp("http" + i)))
                .toList();
        calls.forEach(Thread::startVirtualThread);
        for (var call : calls) {
            assertUnavailable("send", call.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
        assertThat(answers(sender))
                .extracting(answer -> answer.path("type").asString() + " "
                        + answer.path("code").asString())
                .containsOnly("error UNAVAILABLE");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SENDS_FAIL_WITHIN);
    }

    private void assertCallsFail(long first) throws Exception {
        var begin = System.nanoTime();
        for (var answer : call(first).entrySet()) {
            assertUnavailable(answer.getKey(), answer.getValue());
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(CALLS_FAIL_WITHIN);
    }

    /// The answers to calls of every kind, made at once.
    private Map<String, Api.Answer> call(long first) throws Exception {
        var group = Map.of("name", "a group", "with_ids", List.of(bob.id()));
        var login = Map.of("usernameOrEmail", ann.username(), "password", "secret");
        var newcomer = Map.of("username", "newcomer" + System.nanoTime(), "password", "secret");
        Map<String, Callable<Api.Answer>> calls = Map.of(
                "me", () -> api.get("/user/me", ann.token()),
                "chats", () -> api.get("/user/chats", ann.token()),
                "chat", () -> api.get("/chat/" + chat, ann.token()),
                "history", () -> api.get("/chat/" + chat + "/messages", ann.token()),
                "group", () -> api.post("/chat/group/create", ann.token(), group),
                "delete", () -> api.call("DELETE", "/message/" + first, ann.token(), null, Map.of()),
                "bio", () -> api.call("PATCH", "/user/bio", ann.token(), Map.of("bio", "b"), Map.of()),
                "login", () -> api.post("/login", null, login),
                "register", () -> api.post("/register", null, newcomer),
                "sync", () -> api.get("/sync", ann.token()));
        var pending = new HashMap<String, FutureTask<Api.Answer>>();
        calls.forEach((name, call) -> pending.put(name, new FutureTask<>(call)));
        pending.values().forEach(Thread::startVirtualThread);
        var answers = new HashMap<String, Api.Answer>();
        for (var call : pending.entrySet()) {
            answers.put(call.getKey(), call.getValue().get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
        return answers;
    }

    private static void assertUnavailable(String what, Api.Answer answer) {
        assertThat(answer.status()).as("%s %s", what, answer.body()).isEqualTo(503);
        assertThat(answer.body().path("status_code").intValue()).as(what).isEqualTo(503);
        assertThat(answer.code()).as(what).isEqualTo("UNAVAILABLE");
        assertThat(answer.body().path("details").path("message").asString(""))
                .as(what)
                .isNotBlank();
        assertThat(answer.headers().firstValue("Retry-After")).as(what).isPresent();
    }

    private Api.Answer sendByHttp(String key) {
        return api.post("/chat/" + chat + "/message", ann.token(), Map.of("contents", key, "key", key));
    }

    private void sendBySocket(EventClient socket, String key) {
        socket.send(Map.of("type", "message.send", "ref", key, "chat_id", chat, "contents", key, "key", key));
    }

    private static List<JsonNode> answers(EventClient socket) {
        var answers = new ArrayList<JsonNode>();
        while (answers.size() < SENDS) {
            answers.add(socket.await(
                    frame -> Set.of("ok", "error").contains(frame.path("type").asString())));
        }
        return answers;
    }

    /// What the socket, which was never closed, was sent: as many as the chat has.
    private List<String> allThatReached(EventClient socket) {
        var reached = new ArrayList<String>();
        for (int seq = 1; seq <= 1 + 2 * SENDS; seq++) {
            var message = socket.await("message");
            assertThat(message.path("seq").longValue()).isEqualTo(seq);
            reached.add(message.path("message").path("contents").asString());
        }
        return reached;
    }

    private List<String> history() {
        var contents = new ArrayList<String>();
        api.get("/chat/" + chat + "/messages?limit=100", bob.token())
                .ok()
                .path("messages")
                .forEach(message -> contents.add(message.path("contents").asString()));
        return contents;
    }
}
