package koine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import koine.chat.Chats;
import koine.durability.LogAudit;
import koine.durability.Sql;
import koine.kernel.AccountId;
import koine.message.Messages;
import koine.testing.Api;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.env.Environment;
import org.springframework.test.context.TestPropertySource;

/// What the log promises, while many write at once, in the common way and in the rare ones, and the service's
/// connections to its database are killed again and again.
// its service is no other test's
@Execution(ExecutionMode.CONCURRENT)
@KoineTest
@TestPropertySource(
        properties = {
            "koine.log.check-interval=500ms",
            "logging.level.io.r2dbc=off", // connections that are killed are meant to be here
            "logging.level.org.springframework.transaction=off"
        })
class LogPropertyTest {

    private static final Duration WRITING = Duration.ofSeconds(4);
    private static final Duration BETWEEN_KILLS = Duration.ofMillis(300);
    private static final int SENDERS = 12;
    private static final int ROOMS = 8;

    @Autowired
    private Messages messages;

    @Autowired
    private Chats chats;

    @Autowired
    private Log log;

    @Autowired
    private LogTail feed;

    @LocalServerPort
    private int port;

    @Autowired
    private Environment environment;

    private final long seed = new Random().nextLong();
    private volatile boolean polling = true;

    @AfterEach
    void stopPolling() {
        polling = false;
    }

    @Test
    void log_manyWritersAndFailures_keepsItsPromises() throws Exception {
        var user = new Api(port).register("p");
        var who = new AccountId(user.id());
        try (var sql = Sql.connect(environment);
                var socket = EventClient.live(port, user.token())) {
            var audit = new LogAudit(sql);
            feed.started().block(LogPropertyWorld.PATIENCE);
            var start = audit.clock();
            var follower = LogPropertyReader.feed(feed);
            var poller = LogPropertyReader.poller(log, start, () -> polling);
            var client = LogPropertyReader.socket(socket);
            var world = makeWorld(who, sql);

            writeAndKill(world, sql);

            var everything =
                    LongStream.rangeClosed(start + 1, audit.clock()).boxed().toList();
            System.out.printf("LogPropertyTest: seed %d, %d positions, %s%n", seed, everything.size(), world);
            follower.assertSees(everything, Set.of(), seed);
            poller.assertSees(everything, Set.of(), seed);
            client.assertSees(visibleTo(who, start, sql), tombstones(sql), seed);
            audit.assertNoHoles(start);
            audit.assertSeqsHaveNoHoles();
            audit.assertTimesRise();
            assertThat(world.surprises).as("seed %d", seed).isEmpty();
            assertThat(world.unavailable).as("the failures hit nobody").hasPositiveValue();
            assertEachAcceptedIsThereOnceAndNoRefused(world, sql);
        }
    }

    private LogPropertyWorld makeWorld(AccountId first, Sql sql) {
        var others = IntStream.range(1, SENDERS).mapToObj(i -> sql.account("p" + i));
        var people = Stream.concat(Stream.of(first), others).toList();
        var world = new LogPropertyWorld(messages, chats, people);
        var random = new Random(seed);
        for (int i = 0; i < ROOMS; i++) {
            world.rooms.add(world.makeGroup(world.people.get(i), random));
        }
        // so that everybody has a place to write to
        world.people.forEach(person -> world.rooms.add(world.makeGroup(person, random)));
        return world;
    }

    private void writeAndKill(LogPropertyWorld world, Sql sql) throws InterruptedException {
        var senders = IntStream.range(0, SENDERS)
                .mapToObj(i -> new LogPropertySender(world, world.people.get(i), new Random(seed + i)))
                .map(Thread.ofPlatform()::start)
                .toList();
        var random = new Random(seed);
        var end = System.nanoTime() + WRITING.toNanos();
        while (System.nanoTime() < end) {
            Thread.sleep(random.nextLong(2 * BETWEEN_KILLS.toMillis()));
            sql.killOthers();
        }
        world.writing = false;
        for (var sender : senders) {
            sender.join();
        }
    }

    private static List<Long> visibleTo(AccountId who, long start, Sql sql) {
        return sql.numbers("""
                select m.id
                from message m
                join member me on me.chat_id = m.chat_id
                where me.account_id = ? and m.id > greatest(?, me.joined_at)
                union all
                select e.position
                from event e
                join member me on me.chat_id = e.chat_id
                where me.account_id = ? and e.position > ? and e.position >= me.joined_at
                union all
                select position
                from event
                where account_id = ? and position > ?
                order by 1
                """, who.value(), start, who.value(), start, who.value(), start);
    }

    /// A message that is deleted before a connection that has to catch up sees it may show as deleted only.
    private static Set<Long> tombstones(Sql sql) {
        return Set.copyOf(sql.numbers("select id from message where contents is null"));
    }

    private void assertEachAcceptedIsThereOnceAndNoRefused(LogPropertyWorld world, Sql sql) {
        var stored = sql.numbersByText("select contents, id from message where contents is not null");
        var tombstones = tombstones(sql);
        var kept = new HashMap<>(world.accepted);
        kept.values().removeIf(tombstones::contains);
        var unexpected = new HashSet<>(stored.keySet());
        unexpected.removeAll(world.accepted.keySet());

        assertThat(stored).as("seed %d", seed).containsAllEntriesOf(kept);
        assertThat(world.accepted.values()).as("seed %d", seed).doesNotHaveDuplicates();
        assertThat(tombstones).as("seed %d", seed).containsAll(world.deleted);
        assertThat(world.doubtful).as("seed %d", seed).containsAll(unexpected);
        assertThat(stored.keySet()).as("seed %d", seed).doesNotContainAnyElementsOf(world.refused);
    }
}
