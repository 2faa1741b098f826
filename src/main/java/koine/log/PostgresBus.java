package koine.log;

import io.r2dbc.postgresql.api.Notification;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import koine.database.DirectConnections;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.SmartLifecycle;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/// Tells other servers by Postgres's `NOTIFY`, inside the writing transaction, and hears them by `LISTEN` on a
/// connection of its own, which is opened again whenever it is lost; what was said meanwhile is then read from
/// the log.
@Component
@ConditionalOnProperty(name = "koine.cluster.bus", havingValue = "postgres", matchIfMissing = true)
class PostgresBus implements ClusterBus, SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(PostgresBus.class);

    private static final String EVENTS = "koine_log";
    private static final String SIGNALS = "koine_signal";

    /// Well within the half minute after which a server counts as gone.
    private static final Duration SHOW = Duration.ofSeconds(5);

    private static final String ANNOUNCE = """
            select pg_notify('koine_log', $2)
            where other_servers($1)
            """;

    private static final String SEND = """
            select pg_notify('koine_signal', signal)
            from unnest($2) as signal
            where other_servers($1)
            """;

    // server_pkey
    private static final String SHOW_UP = """
            with gone as (
                delete from server
                where seen_at < now() - interval '1 hour'
            )
            insert into server (id, seen_at)
            values ($1, now())
            on conflict (id) do update set seen_at = excluded.seen_at
            """;

    // server_pkey
    private static final String LEAVE = """
            delete from server
            where id = $1
            """;

    private final DatabaseClient database;
    private final ConnectionFactory factory;
    private final LogTail feed;
    private final ObjectProvider<Signals> signals;
    private final Notifications notifications = new Notifications();
    private final String server;
    private volatile Disposable background = Disposables.disposed();

    PostgresBus(
            DatabaseClient database,
            ConnectionFactory factory,
            LogTail feed,
            ObjectProvider<Signals> signals,
            SecureRandom random) {
        this.database = database;
        this.factory = DirectConnections.behind(factory);
        this.feed = feed;
        this.signals = signals;
        var id = new byte[8];
        random.nextBytes(id);
        this.server = HexFormat.of().formatHex(id);
    }

    @Override
    public String server() {
        return server;
    }

    @Override
    public Mono<Void> announce(long head) {
        return database.sql(ANNOUNCE)
                .bind("$1", server)
                .bind("$2", notifications.hint(server, head))
                .then();
    }

    @Override
    public Optional<String> announcer() {
        return Optional.of(server);
    }

    @Override
    public Mono<Void> send(List<Signal> group) {
        return database.sql(SEND)
                .bind("$1", server)
                .bind(
                        "$2",
                        group.stream()
                                .map(each -> notifications.signal(server, each))
                                .toArray(String[]::new))
                .then();
    }

    @Override
    public void start() {
        background = Disposables.composite(showing().subscribe(), listening().subscribe());
    }

    @Override
    public void stop(Runnable done) {
        background.dispose();
        database.sql(LEAVE)
                .bind("$1", server)
                .then()
                .timeout(Duration.ofSeconds(1))
                .onErrorComplete()
                .doFinally(_ -> done.run())
                .subscribe();
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public boolean isRunning() {
        return !background.isDisposed();
    }

    /// Before the server takes connections, and until it has ended them.
    @Override
    public int getPhase() {
        return 0;
    }

    private Flux<Void> showing() {
        return Flux.interval(SHOW).onBackpressureDrop().concatMap(_ -> showUp().onErrorResume(PostgresBus::notNow));
    }

    private Mono<Void> showUp() {
        return database.sql(SHOW_UP).bind("$1", server).then();
    }

    private static Mono<Void> notNow(Throwable problem) {
        log.warn("Other servers can't be told that this one is there: {}", problem.toString());
        return Mono.empty();
    }

    /// Shows up before it listens, and looks into the log after: whatever is committed later is announced to
    /// it, and whatever was committed before is found.
    private Flux<Void> listening() {
        return showUp().thenMany(Flux.usingWhen(factory.create(), this::listen, PostgresBus::close))
                .doOnError(problem -> log.warn("Other servers can't be heard: {}", problem.toString()))
                .repeat()
                .retryWhen(Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(100)).maxBackoff(Duration.ofSeconds(2)));
    }

    /// One that can't be closed any more is closed already.
    private static Mono<Void> close(Connection connection) {
        return Mono.from(connection.close()).onErrorComplete();
    }

    private Flux<Void> listen(Connection connection) {
        var postgres = (PostgresqlConnection) connection;
        return listen(postgres, EVENTS)
                .then(listen(postgres, SIGNALS))
                .doOnSuccess(_ -> feed.look())
                .thenMany(postgres.getNotifications().doOnNext(this::heard))
                .thenMany(Flux.empty());
    }

    private static Mono<Void> listen(PostgresqlConnection connection, String channel) {
        return connection.createStatement("listen " + channel).execute().then();
    }

    private void heard(Notification notification) {
        try {
            var text = String.valueOf(notification.getParameter());
            if (notification.getName().equals(EVENTS)) {
                heardOfEvents(text);
            } else {
                heardSignal(text);
            }
        } catch (RuntimeException problem) {
            log.warn("A notification of another server can't be read: {}", problem.toString());
        }
    }

    private void heardOfEvents(String text) {
        var hint = notifications.readHint(text);
        if (!hint.server().equals(server)) {
            feed.accept(hint.events());
            feed.hint(hint.head());
        }
    }

    private void heardSignal(String text) {
        for (var heard : notifications.readSignal(text)) {
            if (!heard.server().equals(server)) {
                signals.getObject().heard(heard.signal());
            }
        }
    }
}
