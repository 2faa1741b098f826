package koine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import koine.kernel.Cursor;
import koine.testing.EventClient;

/// Follows the log by one of the ways there are and keeps the positions of the events it has seen.
///
/// @param name for the words of a failure
/// @param more what has come since it was last asked, of a reader that has to be asked
record LogPropertyReader(String name, Queue<Long> seen, Supplier<List<Long>> more) {

    private static final Set<String> EVENTS = Set.of("message", "message.deleted", "chat.created", "notification");

    private LogPropertyReader(String name) {
        this(name, new ConcurrentLinkedQueue<>(), List::of);
    }

    /// By this server's feed.
    static LogPropertyReader feed(LogTail tail) {
        var reader = new LogPropertyReader("the feed");
        tail.follow(events -> events.forEach(reader::add));
        return reader;
    }

    /// By asking for what comes after what it has seen, again and again.
    static LogPropertyReader poller(Log log, long start, BooleanSupplier more) {
        var reader = new LogPropertyReader("the poller");
        Thread.ofPlatform().daemon().start(() -> reader.poll(log, start, more));
        return reader;
    }

    /// By an event socket.
    static LogPropertyReader socket(EventClient socket) {
        return new LogPropertyReader("the socket", new ConcurrentLinkedQueue<>(), () -> read(socket));
    }

    /// @param optional positions that may be missing, all of them among those that are expected
    void assertSees(List<Long> expected, Set<Long> optional, long seed) {
        var needed = expected.stream()
                .filter(position -> !optional.contains(position))
                .toList();
        await(name + ", seed " + seed)
                .atMost(LogPropertyWorld.PATIENCE)
                .untilAsserted(() -> assertThat(seenByNow()).containsAll(needed));
        var whole = new TreeSet<>(needed);
        seen.stream().filter(optional::contains).forEach(whole::add);
        assertThat(List.copyOf(seen)).as("%s, seed %d", name, seed).isEqualTo(List.copyOf(whole));
    }

    private Set<Long> seenByNow() {
        seen.addAll(more.get());
        return Set.copyOf(seen);
    }

    private void poll(Log log, long start, BooleanSupplier more) {
        var after = start;
        while (more.getAsBoolean()) {
            var page = log.read(after, 100).onErrorComplete().block(LogPropertyWorld.PATIENCE);
            if (page != null) {
                page.events().forEach(this::add);
                after = page.upTo();
            }
        }
    }

    private void add(Event event) {
        seen.add(event.position());
    }

    private static List<Long> read(EventClient socket) {
        return socket.untilPong().stream()
                .filter(frame -> EVENTS.contains(frame.path("type").asString()))
                .map(frame -> frame.path("cursor").asString())
                .map(cursor -> Cursor.parse(cursor).orElseThrow().position())
                .toList();
    }
}
