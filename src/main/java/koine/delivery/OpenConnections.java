package koine.delivery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import koine.kernel.AccountId;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// The connections that are open on this server, and counts of what befell them.
@Component
class OpenConnections {

    /// Under this much a connection may always have in its queue.
    private static final long FAIR_SHARE = 64 * 1024;

    private final Set<LiveConnection> open = ConcurrentHashMap.newKeySet();

    /// The oldest first.
    private final Map<AccountId, Set<LiveConnection>> ofAccounts = new ConcurrentHashMap<>();
    private final long maxQueued;
    private volatile boolean full;
    private final Presence presence;
    private final MeterRegistry meters;
    private final Map<Ending, Counter> endings = new EnumMap<>(Ending.class);
    private final Counter overflows;
    private final Counter drops;
    private final Counter resumes;

    OpenConnections(Presence presence, DeliveryProperties properties, MeterRegistry meters) {
        this.maxQueued = properties.queueBytesInAll().toBytes();
        this.presence = presence;
        this.meters = meters;
        this.overflows = Counter.builder("koine.delivery.overflows")
                .description("Times that a connection's queue was full and it went on by reading the log")
                .register(meters);
        this.drops = Counter.builder("koine.delivery.drops")
                .description("Receipts, typing and presence that were not sent because a queue was half full")
                .register(meters);
        this.resumes = Counter.builder("koine.delivery.resumes")
                .description("Times that a connection asked for what came after a cursor, or for what it had missed")
                .register(meters);
        Stream.of(Progress.values()).forEach(this::gauge);
        Stream.of(Ending.values()).forEach(reason -> endings.put(reason, counter(reason)));
        Gauge.builder("koine.delivery.queued", this, OpenConnections::queuedBytes)
                .description("What waits in the queues of all connections")
                .baseUnit("bytes")
                .register(meters);
    }

    private void gauge(Progress progress) {
        Gauge.builder("koine.delivery.connections", this, all -> all.count(progress))
                .description("Open connections: those that get no events yet, read the log, or are told live")
                .tag("progress", progress.name().toLowerCase(Locale.ROOT))
                .register(meters);
    }

    private Counter counter(Ending reason) {
        return Counter.builder("koine.delivery.endings")
                .description("Connections that this server has ended")
                .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                .register(meters);
    }

    private double count(Progress progress) {
        return open.stream()
                .filter(connection -> connection.progress() == progress)
                .count();
    }

    void opened(LiveConnection connection) {
        open.add(connection);
    }

    void signedIn(LiveConnection connection) {
        ofAccounts.compute(connection.account(), (_, others) -> with(connection, others));
        presence.opened(connection);
    }

    /// The account's oldest, if it has more than so many.
    Optional<LiveConnection> oldestBeyond(int most, AccountId account) {
        var oldest = new AtomicReference<LiveConnection>();
        ofAccounts.computeIfPresent(account, (_, all) -> {
            if (all.size() > most) {
                oldest.set(all.iterator().next());
            }
            return without(oldest.get(), all);
        });
        return Optional.ofNullable(oldest.get());
    }

    private static Set<LiveConnection> with(LiveConnection connection, @Nullable Set<LiveConnection> others) {
        var all = others == null ? new LinkedHashSet<LiveConnection>(2) : others;
        all.add(connection);
        return all;
    }

    private static @Nullable Set<LiveConnection> without(@Nullable LiveConnection connection, Set<LiveConnection> all) {
        if (connection != null) {
            all.remove(connection);
        }
        return all.isEmpty() ? null : all;
    }

    void closed(LiveConnection connection) {
        open.remove(connection);
        if (connection.isSignedIn()) {
            ofAccounts.computeIfPresent(connection.account(), (_, all) -> without(connection, all));
            presence.closed(connection);
        }
    }

    void overflowed() {
        overflows.increment();
    }

    void resumed() {
        resumes.increment();
    }

    void dropped() {
        drops.increment();
    }

    void ended(Ending reason) {
        Objects.requireNonNull(endings.get(reason)).increment();
    }

    /// Looks how much waits for all of them. Often enough that little is added meanwhile, and seldom enough that it
    /// costs nothing where events are queued.
    void look() {
        full = queuedBytes() > maxQueued;
    }

    /// Whether so much may not wait for one connection, because too much waits for all.
    boolean isTooMuch(long bytes) {
        return full && bytes > FAIR_SHARE;
    }

    private long queuedBytes() {
        return open.stream().mapToLong(LiveConnection::queuedBytes).sum();
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    Stream<LiveConnection> stream() {
        return open.stream();
    }
}
