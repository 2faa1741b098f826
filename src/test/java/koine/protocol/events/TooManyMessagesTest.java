package koine.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import koine.auth.SignedIn;
import koine.delivery.Deliveries;
import koine.delivery.Frame;
import koine.durability.Sql;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.Refused;
import koine.kernel.SessionId;
import koine.message.Messages;
import koine.message.SendMessage;
import koine.protocol.ProtocolErrors;
import koine.testing.Api;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Flux;

/// What a socket is told while more messages wait to be stored than may.
@KoineTest
class TooManyMessagesTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @Autowired
    private ApplicationContext context;

    @Autowired
    private Messages messages;

    @Autowired
    private Deliveries deliveries;

    @Autowired
    private CommandCodec codec;

    @Autowired
    private Commands commands;

    @Autowired
    private NativeFrames frames;

    @Autowired
    private Greeting greeting;

    @Autowired
    private ProtocolErrors errors;

    @LocalServerPort
    private int port;

    @Value("${koine.message.max-waiting:10000}")
    private int most;

    @Test
    void send_whileTooManyWait_isRefusedAndEverythingElseIsAnsweredAsEver() {
        var both = new People(context).many("queueing", 2);
        var api = new Api(port);
        var chat = api.privateChat(both.getFirst(), both.getLast());
        var author = new AccountId(both.getFirst().id());
        try (var sql = Sql.connect(context.getEnvironment());
                var client = EventClient.live(port, both.getLast().token())) {
            sql.begin();
            sql.execute("select from log_clock for update");
            var waiting = sendMore(new SendMessage(author, new ChatId(chat), "waits", null));
            await().atMost(SOON).until(() -> messages.refusal().isPresent());

            client.send(Map.of("type", "message.send", "ref", "full", "chat_id", chat, "contents", "full"));
            client.send(Map.of("type", "ping", "ref", "alive"));
            client.send(Map.of("type", "message.send", "ref", "no chat", "contents", "x"));
            client.sendText("{\"type\":\"message.send\",");

            assertThat(client.await("error")).hasToString("""
                    {"type":"error","ref":"full","code":"TOO_MANY_REQUESTS",\
                    "message":"too many messages are waiting to be stored"}""");
            assertThat(client.await("pong").path("ref").stringValue()).isEqualTo("alive");
            assertThat(client.await("error")).hasToString("""
                    {"type":"error","ref":"no chat","code":"INVALID_REQUEST",\
                    "message":"chat_id: must be a positive whole number"}""");
            assertThat(client.await("error").path("code").stringValue()).isEqualTo("INVALID_REQUEST");

            sql.commit();
            assertThat(waiting.join()).isPositive();
            client.send(Map.of("type", "message.send", "ref", "again", "chat_id", chat, "contents", "again"));
            assertThat(client.await("ok").path("ref").stringValue()).isEqualTo("again");
        }
        var found = api.get(
                        "/chat/%d/messages?before=latest&limit=100".formatted(chat),
                        both.getLast().token())
                .ok();
        assertThat(found.path("messages").findValuesAsString("contents"))
                .containsOnlyOnce("again")
                .doesNotContain("full");
    }

    /// Else it would be answered as well, but on the whole way that everything goes.
    @Test
    void send_whileTooManyWait_isRefusedBeforeItIsTaken() {
        var both = new People(context).many("at-once", 2);
        var chat = new Api(port).privateChat(both.getFirst(), both.getLast());
        var author = new AccountId(both.getFirst().id());
        var connection = deliveries.open(frames);
        var session = new EventSession(
                new SignedIn(author, new SessionId(1)),
                connection,
                codec,
                commands,
                frames,
                greeting,
                errors.of("native"));
        var send = "{\"type\":\"message.send\",\"ref\":\"full\",\"chat_id\":%d,\"contents\":\"x\"}".formatted(chat);
        try (var sql = Sql.connect(context.getEnvironment())) {
            assertThat(refusesAtOnce(session, send)).isFalse();
            sql.begin();
            sql.execute("select from log_clock for update");
            var waiting = sendMore(new SendMessage(author, new ChatId(chat), "waits", null));
            await().atMost(SOON).until(() -> messages.refusal().isPresent());

            assertThat(refusesAtOnce(session, send)).isTrue();
            assertThat(refusesAtOnce(session, "{\"type\":\"ping\"}")).isFalse();
            assertThat(refusesAtOnce(session, "{\"type\":\"message.send\"}")).isFalse();
            assertThat(refusesAtOnce(session, "{\"type\":\"message.send\",")).isFalse();
            assertThat(session.refusesAtOnce(send.replace("x", "\u00e4").getBytes(StandardCharsets.ISO_8859_1)))
                    .as("invalid UTF-8")
                    .isFalse();

            sql.commit();
            assertThat(waiting.join()).isPositive();
            assertThat(refusesAtOnce(session, send)).isFalse();
        } finally {
            connection.finish();
        }
        assertThat(connection
                        .outgoing()
                        .filter(frame -> frame != Frame.BEAT)
                        .collectList()
                        .block(SOON))
                .extracting(frame -> new String(frame.bytes(), StandardCharsets.UTF_8))
                .singleElement()
                .asString()
                .contains("\"ref\":\"full\"", "TOO_MANY_REQUESTS");
        connection.close();
    }

    private static boolean refusesAtOnce(EventSession session, String frame) {
        return session.refusesAtOnce(frame.getBytes(StandardCharsets.UTF_8));
    }

    /// Some that are being stored, and behind them as many as may wait; gives how many are stored in the end.
    private CompletableFuture<Long> sendMore(SendMessage message) {
        return Flux.range(0, 2 * most)
                .flatMap(_ -> messages.send(message).onErrorComplete(Refused.class), 2 * most)
                .count()
                .toFuture();
    }
}
