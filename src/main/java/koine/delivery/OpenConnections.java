package koine.delivery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/// The connections that are open on this server, and counts of what befell them.
@Component
class OpenConnections {

    private final Set<LiveConnection> open = ConcurrentHashMap.newKeySet();
    private final Presence presence;
    private final MeterRegistry meters;
    private final Map<Ending, Counter> endings = new EnumMap<>(Ending.class);
    private final Counter overflows;
    private final Counter drops;
    private final Counter resumes;

    OpenConnections(Presence presence, MeterRegistry meters) {
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
        presence.opened(connection);
    }

    void closed(LiveConnection connection) {
        open.remove(connection);
        if (connection.isSignedIn()) {
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

    private double queuedBytes() {
        return open.stream().mapToLong(LiveConnection::queuedBytes).sum();
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    Stream<LiveConnection> stream() {
        return open.stream();
    }
}
