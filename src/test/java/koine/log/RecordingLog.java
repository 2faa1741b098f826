package koine.log;

import io.r2dbc.spi.ConnectionFactories;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;

/// A log without a database, for writers that only tell it of what they have committed: it keeps what it is
/// told.
public final class RecordingLog extends Log {

    private final Queue<Event> told = new ConcurrentLinkedQueue<>();
    private final AtomicInteger checks = new AtomicInteger();

    private RecordingLog(LogStore store, TransactionalOperator transaction) {
        super(store, new LogTail(store, properties()), new LocalBus(), transaction, List.of());
    }

    public static RecordingLog create() {
        var nobody = ConnectionFactories.get("r2dbc:postgresql://nobody@localhost:1/nothing");
        return new RecordingLog(
                new LogStore(DatabaseClient.create(nobody)),
                TransactionalOperator.create(new R2dbcTransactionManager(nobody)));
    }

    /// The events it was told of, in that order.
    public List<Event> told() {
        return List.copyOf(told);
    }

    /// How often it was asked to look into the database.
    public int checks() {
        return checks.get();
    }

    @Override
    public void committed(List<Event> events) {
        told.addAll(events);
    }

    @Override
    public void check() {
        checks.incrementAndGet();
    }

    private static LogProperties properties() {
        var defaults = new Binder(new MapConfigurationPropertySource(Map.of()));
        return defaults.bindOrCreate("koine.log", LogProperties.class);
    }
}
