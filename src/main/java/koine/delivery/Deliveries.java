package koine.delivery;

import java.time.Duration;
import java.util.List;
import koine.kernel.AccountId;
import koine.kernel.SessionId;
import koine.limit.LimitProperties;
import koine.log.Log;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Service;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Opens connections to what happens, and looks after those that are open: each is asked for a sign of
/// life now and then, and told up to where it has seen everything; when the server goes down, all are
/// ended first.
@Service
public class Deliveries implements SmartLifecycle {

    /// Connections beat in so many groups, one after the other, so that not all of them are written to at
    /// once.
    private static final int SLICES = 8;

    /// What a protocol takes at most until it cuts a connection off.
    private static final Duration GOODBYE = Duration.ofSeconds(5);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration LOOK_AT_QUEUES = Duration.ofMillis(100);

    private final Log log;
    private final Registry registry;
    private final OpenConnections connections;
    private final Presence presence;
    private final SessionWatch sessions;
    private final DeliveryProperties properties;
    private final LimitProperties limits;
    private volatile Disposable beating = Disposables.disposed();
    private volatile boolean goingDown;

    Deliveries(
            Log log,
            Registry registry,
            OpenConnections connections,
            Presence presence,
            SessionWatch sessions,
            DeliveryProperties properties,
            LimitProperties limits) {
        this.log = log;
        this.registry = registry;
        this.connections = connections;
        this.presence = presence;
        this.sessions = sessions;
        this.properties = properties;
        this.limits = limits;
    }

    /// A connection of the account's session, which gets no events until it is told to follow. Whoever
    /// opens it closes it. It is ended if the session turns out to have ended.
    public LiveConnection open(AccountId account, SessionId session, EventFrames frames) {
        var connection = open(frames);
        signIn(connection, account, session);
        return connection;
    }

    /// A connection on which somebody may yet sign in. Whoever opens it closes it.
    public LiveConnection open(EventFrames frames) {
        var connection = new LiveConnection(frames, log, registry, connections, properties);
        connections.opened(connection);
        if (goingDown) {
            connection.end(Ending.GOING_DOWN);
        }
        return connection;
    }

    /// Makes the connection the account's; it is ended if the session turns out to have ended. If the account has too
    /// many now, the oldest is ended.
    ///
    /// @throws IllegalStateException if it is somebody's already
    public void signIn(LiveConnection connection, AccountId account, SessionId session) {
        connection.signIn(account, session);
        if (connection.isSignedIn()) {
            sessions.signedIn(connection);
            makeRoom(account);
        }
    }

    private void makeRoom(AccountId account) {
        if (limits.enabled()) {
            connections
                    .oldestBeyond(limits.caps().connectionsPerAccount(), account)
                    .ifPresent(oldest -> oldest.end(Ending.DISPLACED));
        }
    }

    /// Tells the connection from now on who of these accounts is there, and no others.
    ///
    /// Errors: `INVALID_REQUEST` for more than 200.
    public Mono<Void> watch(LiveConnection connection, List<AccountId> accounts) {
        return presence.watch(connection, accounts);
    }

    /// How often a connection hears of the server at least.
    public Duration heartbeat() {
        return properties.heartbeat();
    }

    @Override
    public void start() {
        goingDown = false;
        beating = Disposables.composite(beating(), looking());
    }

    private Disposable looking() {
        return Flux.interval(LOOK_AT_QUEUES).onBackpressureDrop().subscribe(_ -> connections.look());
    }

    private Disposable beating() {
        return Flux.interval(properties.heartbeat().dividedBy(SLICES))
                .onBackpressureDrop()
                .subscribe(tick -> registry.beat(connections.stream().filter(each -> slice(each) == tick % SLICES)));
    }

    /// Ends every connection and waits, not for long, until all of them are closed.
    @Override
    public void stop(Runnable done) {
        goingDown = true;
        beating.dispose();
        connections.stream().forEach(connection -> connection.end(Ending.GOING_DOWN));
        Flux.interval(Duration.ZERO, LOOK)
                .takeUntil(_ -> connections.isEmpty())
                .take(GOODBYE)
                .doFinally(_ -> done.run())
                .subscribe();
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public boolean isRunning() {
        return !beating.isDisposed();
    }

    private static int slice(LiveConnection connection) {
        return Math.floorMod(System.identityHashCode(connection), SLICES);
    }
}
