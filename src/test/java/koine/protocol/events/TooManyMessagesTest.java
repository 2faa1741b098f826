package koine.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import koine.durability.Sql;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.Refused;
import koine.message.Messages;
import koine.message.SendMessage;
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

    /// Some that are being stored, and behind them as many as may wait; gives how many are stored in the end.
    private CompletableFuture<Long> sendMore(SendMessage message) {
        return Flux.range(0, 2 * most)
                .flatMap(_ -> messages.send(message).onErrorComplete(Refused.class), 2 * most)
                .count()
                .toFuture();
    }
}
