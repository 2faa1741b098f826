package koine.delivery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Locale;
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
    private final Counter overflows;
    private final Counter drops;

    OpenConnections(Presence presence, MeterRegistry meters) {
        this.presence = presence;
        this.meters = meters;
        this.overflows = Counter.builder("koine.delivery.overflows")
                .description("Times that a connection's queue was full and it went on by reading the log")
                .register(meters);
        this.drops = Counter.builder("koine.delivery.drops")
                .description("Receipts, typing and presence that were not sent because a queue was half full")
                .register(meters);
        meters.gaugeCollectionSize("koine.delivery.connections", List.of(), open);
        Gauge.builder("koine.delivery.queued", this, OpenConnections::queuedBytes)
                .description("What waits in the queues of all connections")
                .baseUnit("bytes")
                .register(meters);
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

    void dropped() {
        drops.increment();
    }

    void ended(Ending reason) {
        meters.counter("koine.delivery.endings", "reason", reason.name().toLowerCase(Locale.ROOT))
                .increment();
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
