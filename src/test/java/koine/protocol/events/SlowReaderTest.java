package koine.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import koine.auth.Tokens;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.log.Signal.SessionEnded;
import koine.log.Signals;
import koine.message.Messages;
import koine.message.Receipts;
import koine.message.SendMessage;
import koine.testing.Api;
import koine.testing.EventClient;
import koine.testing.People;
import koine.testing.QuickTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Flux;

/// Readers that stop reading. Here a queue holds 64 KB, a page 20 events, and who takes nothing for two seconds
/// is closed.
@QuickTest
class SlowReaderTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int QUEUE = 64 * 1_024;
    private static final int MESSAGE = 2_000;
    private static final int PAGE = 20 * (MESSAGE + 500);

    @Autowired
    private ApplicationContext context;

    @Autowired
    private Messages messages;

    @Autowired
    private Receipts receipts;

    @Autowired
    private MeterRegistry meters;

    @LocalServerPort
    private int port;

    private Api api = new Api(0);
    private Api.User ann = new Api.User(0, "", "");
    private Api.User bob = new Api.User(0, "", "");
    private long chat;

    @BeforeEach
    void chat() {
        api = new Api(port);
        var both = new People(context).many("slow", 2);
        ann = both.getFirst();
        bob = both.getLast();
        chat = api.privateChat(ann, bob);
        await().atMost(LIMIT).until(() -> gauge("connections") == 0);
    }

    @Test
    void reader_takesNothing_isClosedAndMeanwhileDelaysNobody() {
        try (var stalled = SilentPeer.live(port, bob.token());
                var other = EventClient.live(port, bob.token())) {
            var endings = endings();
            send(chat, 2_000);
            var seq = awaitSeq(other, 2_000);
            var most = gauge("queued");
            var slowest = Duration.ZERO;
            while (endings() == endings) {
                var start = System.nanoTime();
                send(chat, 1);
                seq = awaitSeq(other, seq + 1);
                slowest = max(slowest, Duration.ofNanos(System.nanoTime() - start));
                most = Math.max(most, gauge("queued"));
            }
            assertThat(slowest).isLessThan(Duration.ofSeconds(2));
            assertThat(most).isBetween(QUEUE / 4.0, (double) QUEUE + PAGE);
            await().atMost(LIMIT).until(() -> gauge("connections") == 1);
            stalled.takeToTheEnd();
            assertThat(other.untilPong())
                    .noneMatch(frame -> frame.path("type").asString("").equals("message"));
        }
    }

    @Test
    void stream_takesNothing_isClosedAsWell() {
        var start = api.get("/sync", bob.token()).ok().path("cursor").stringValue();
        send(chat, 3_000);
        var endings = endings();
        try (var stalled = SilentPeer.stream(port, bob.token(), start)) {
            await().atMost(LIMIT).until(() -> endings() > endings);
            await().atMost(LIMIT).until(() -> gauge("connections") == 0);
            stalled.takeToTheEnd();
        }
    }

    @Test
    void session_endedOfAReaderThatTakesNothing_isCutOff() {
        var start = api.get("/sync", bob.token()).ok().path("cursor").stringValue();
        send(chat, 3_000);
        try (var stalled = SilentPeer.open(port, bob.token())) {
            stalled.send("{\"type\":\"resume\",\"since\":\"%s\"}".formatted(start));
            await().atMost(LIMIT).until(() -> gauge("queued") > QUEUE / 2.0);
            var tokens = context.getBean(Tokens.class);
            var who = tokens.verify(bob.token()).blockOptional().orElseThrow();
            context.getBean(Signals.class).send(new SessionEnded(who.account(), who.session()));

            await().atMost(LIMIT).until(() -> gauge("connections") == 0);
            stalled.takeToTheEnd();
        }
    }

    @Test
    void receipts_forAReaderThatTakesNothing_replaceOneAnother() {
        send(chat, 200);
        try (var stalled = SilentPeer.live(port, ann.token())) {
            for (var sent = 0; !isStuck(); sent += 5) { // until the system takes no more for it
                assertThat(sent).isLessThan(20_000);
                send(chat, 5);
                stalled.pong();
            }
            Flux.range(1, 100)
                    .concatMap(seq -> receipts.read(new AccountId(bob.id()), new ChatId(chat), seq))
                    .blockLast(LIMIT);

            var reads = new ArrayList<Integer>();
            do {
                reads.add(stalled.await("receipt").json().path("read").asInt());
            } while (reads.getLast() < 100);
            assertThat(reads).hasSizeLessThan(20).isSorted();
        }
    }

    @Test
    void readers_aThousandOfWhomAHundredStop_theOthersGetEverything() {
        var people = new People(context).many("reader", 1_000);
        var author = people.getFirst();
        var group = api.post(
                        "/chat/group/create",
                        author.token(),
                        Map.of(
                                "name",
                                "all",
                                "with_ids",
                                people.stream().skip(1).map(Api.User::id).toList()))
                .ok()
                .path("id")
                .longValue();
        var stopped = people.stream()
                .limit(100)
                .map(each -> SilentPeer.live(port, each.token()))
                .toList();
        var readers = people.stream()
                .skip(100)
                .map(each -> EventClient.live(port, each.token()))
                .toList();
        try {
            var most = new AtomicInteger();
            var count = 40;
            var watching = Flux.interval(Duration.ofMillis(50))
                    .subscribe(_ -> most.accumulateAndGet((int) gauge("queued"), Math::max));
            Flux.range(0, count)
                    .concatMap(i -> messages.send(new SendMessage(
                            new AccountId(author.id()), new ChatId(group), i + "x".repeat(MESSAGE - 10), null)))
                    .blockLast(LIMIT);
            for (var reader : readers) {
                for (int seq = 1; seq <= count; seq++) {
                    assertThat(reader.await("message").path("seq").asInt()).isEqualTo(seq);
                }
            }
            watching.dispose();
            assertThat(most.get()).isLessThan(1_000 * (QUEUE + PAGE));
        } finally {
            stopped.forEach(SilentPeer::close);
            readers.forEach(EventClient::close);
        }
    }

    /// Something waits, and a while later no less: what is only on its way to the system's buffers is gone by
    /// then.
    private boolean isStuck() {
        var before = gauge("queued");
        if (before > 0) {
            LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
        }
        return before > 0 && gauge("queued") >= before;
    }

    private void send(long to, int count) {
        Flux.range(0, count)
                .flatMap(
                        _ -> messages.send(
                                new SendMessage(new AccountId(ann.id()), new ChatId(to), "x".repeat(MESSAGE), null)),
                        500)
                .blockLast(LIMIT);
    }

    private static int awaitSeq(EventClient client, int seq) {
        for (int next = seq - 1; next < seq; ) {
            next = client.await("message").path("seq").asInt();
        }
        return seq;
    }

    private double gauge(String name) {
        return meters.get("koine.delivery." + name).gauges().stream()
                .mapToDouble(Gauge::value)
                .sum();
    }

    /// For whatever reason: a peer that takes nothing answers no pings either.
    private double endings() {
        return meters.find("koine.delivery.endings").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
