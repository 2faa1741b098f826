package koine.protocol.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import koine.testing.Api;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import koine.testing.People;
import koine.testing.SecretWatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/// People talk in every protocol, and get much wrong, while the service logs as much as it can: what they say and what
/// they sign in with is in no log, metric, trace or error. [SecretWatch] reads the log.
@KoineTest
class SecretsInLogsTest {

    private static final Logger KOINE = (Logger) LoggerFactory.getLogger("koine");
    private static final String ONCE = Long.toString(System.nanoTime(), 36);
    private static final String PASSWORD = "pass-" + ONCE;
    private static final String TEXT = "text-" + ONCE;
    private static final String FORGED = "forged-" + ONCE;

    @LocalServerPort
    private int port;

    @Autowired
    private BeanFactory service;

    @Autowired
    private MeterRegistry meters;

    @Autowired
    private ObservationRegistry observations;

    private final Queue<String> observed = new ConcurrentLinkedQueue<>();
    private final List<String> answers = new ArrayList<>();
    private final List<Seat> seats = new ArrayList<>();
    private Level before;
    private Api api;
    private Person ann;
    private long group;
    private String key;

    @BeforeEach
    void logMuch() {
        before = KOINE.getLevel();
        KOINE.setLevel(Level.DEBUG);
        List.of(PASSWORD, TEXT, FORGED).forEach(SecretWatch::name);
        observations.observationConfig().observationHandler(new Noting());
        api = new Api(port);
    }

    @AfterEach
    void logAsBefore() {
        KOINE.setLevel(before);
        seats.forEach(Seat::close);
    }

    @Test
    void talk_inAllProtocols_leavesNothingOfItInLogsMetricsTracesAndErrors() {
        ann = signUp();
        talk();
        getItWrong();
        signInOnSockets();

        var logged = SecretWatch.read();
        KOINE.debug("the watch is awake");
        assertThat(SecretWatch.read()).isGreaterThan(logged);
        assertThat(answers).hasSizeGreaterThan(15).noneMatch(answer -> answer.contains(ONCE));
        assertThat(meters.getMeters())
                .isNotEmpty()
                .noneMatch(meter -> meter.getId().toString().contains(ONCE));
        assertThat(observed).isNotEmpty().noneMatch(values -> values.contains(ONCE) || values.contains(ann.token()));
    }

    private Person signUp() {
        var name = "secretive-" + System.nanoTime();
        var made = api.post("/register", null, Map.of("username", name, "password", PASSWORD))
                .ok();
        var token = made.path("access_token").stringValue();
        var renewed = api.post(
                        "/token/refresh",
                        null,
                        Map.of("refresh_token", made.path("refresh_token").stringValue()))
                .ok();
        assertThat(renewed.path("access_token").stringValue()).isNotBlank();
        var other = new People(service).one("discreet").id();
        var id = api.get("/user/me", token).ok().path("id").longValue();
        var chat = api.post("/chat/group/create", token, Map.of("name", "secretive", "with_ids", List.of(other)))
                .ok();
        group = chat.path("id").longValue();
        key = chat.path("key").stringValue();
        return new Person(new Api.User(id, name, token), null);
    }

    private void talk() {
        var people = new Directory(List.of(ann));
        var listener = seated(new NativeSeat(port, ann, ann.token(), people));
        var speakers = List.of(
                seated(new NativeSeat(port, ann, ann.token(), people)),
                seated(new MatchaSeat(port, ann)),
                seated(new PhonechatSeat(port, ann, key, people)));
        speakers.forEach(seat -> seat.say(group, TEXT));
        api.post("/chat/" + group + "/message", ann.token(), Map.of("contents", TEXT))
                .ok();
        assertThat(listener.hear(speakers.size() + 1))
                .allMatch(heard -> heard.text().equals(TEXT));
    }

    /// Of the calls, each in another way. No secret has its place in a path: those are in traces.
    private void getItWrong() {
        var token = ann.token();
        note(api.post("/login", null, Map.of("usernameOrEmail", ann.name(), "password", PASSWORD + "x")));
        note(api.post("/login", null, "{\"usernameOrEmail\":\"" + ann.name() + "\",\"password\":\"" + PASSWORD + "\""));
        note(api.post("/login", null, Map.of("usernameOrEmail", Map.of(PASSWORD, PASSWORD), "password", PASSWORD)));
        note(api.post("/register", null, Map.of("username", ann.name(), "password", PASSWORD)));
        note(api.post("/token/refresh", null, Map.of("refresh_token", FORGED)));
        note(api.post("/password/reset", null, Map.of("token", FORGED, "password", PASSWORD)));
        note(api.post("/email/confirm", null, Map.of("token", FORGED)));
        note(api.get("/user/me", FORGED));
        note(api.get("/events?ticket=" + FORGED, null));
        note(api.get("/chat/info/unknown?token=" + FORGED, null));
        note(api.get("/api/chats?token=" + FORGED, null));
        note(api.call("GET", "/api/chats", null, null, Map.of("Cookie", "koine_session=" + FORGED)));
        note(api.call("PATCH", "/user/password", token, Map.of("old", PASSWORD, "old_password", PASSWORD), Map.of()));
        note(api.post("/chat/" + group + "/message", token, Map.of("contents", TEXT.repeat(1_000))));
        note(api.post("/chat/" + group + "/message", token, Map.of("contents", TEXT + "\u0000")));
        note(api.post("/chat/" + group + "/message", token, "{\"contents\":\"" + TEXT));
        note(api.post("/chat/" + group + "/message", token, Map.of("contents", Map.of(TEXT, TEXT))));
        note(api.post("/chat/0/message", token, Map.of("contents", TEXT)));
        note(api.get("/no/such/path?text=" + TEXT, token));
    }

    private void note(Api.Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isBetween(400, 499);
        answers.add(answer.toString());
    }

    /// And get that wrong as well.
    private void signInOnSockets() {
        try (var socket = EventClient.open(port, "/pymessage", Map.of(), List.of())) {
            socket.send(Map.of("type", "login", "username", ann.name(), "pin", PASSWORD + "x"));
            socket.next();
            socket.send(Map.of("type", "login", "username", ann.name(), "pin", PASSWORD));
            socket.next();
            socket.sendText("{\"type\":\"send_msg\",\"content\":\"" + TEXT);
            socket.send(Map.of("type", TEXT, "content", TEXT));
            socket.next();
        }
        try (var socket = EventClient.open(port, "/uchat", Map.of(), List.of())) {
            socket.send(Map.of("type", "REQUEST_LOGIN", "login", ann.name(), "pass", PASSWORD + "x"));
            socket.next();
            socket.send(Map.of("type", "REQUEST_LOGIN", "login", ann.name(), "pass", PASSWORD));
            socket.next();
            socket.send(Map.of("type", "SND_MSG", "room_id", group, "message", TEXT, "msg_type", TEXT));
            socket.next();
        }
        try (var socket = EventClient.live(port, ann.token())) {
            socket.sendText("{\"type\":\"message.send\",\"contents\":\"" + TEXT);
            socket.send(Map.of("type", TEXT, "ref", "x", "contents", TEXT));
            socket.send(Map.of("type", "message.send", "ref", "x", "chat_id", group, "contents", TEXT + "\u0000"));
            socket.untilPong();
        }
    }

    private <T extends Seat> T seated(T seat) {
        seats.add(seat);
        return seat;
    }

    /// What would be in a trace.
    private final class Noting implements ObservationHandler<Observation.Context> {

        @Override
        public void onStop(Observation.Context context) {
            observed.add(context.getName() + context.getContextualName() + context.getAllKeyValues());
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }
}
