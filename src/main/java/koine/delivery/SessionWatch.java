package koine.delivery;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import koine.kernel.SessionId;
import koine.log.GroupWriter;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Ends connections whose session has ended without their being told: before they were open, or by a
/// signal that got lost. Each is looked at when it is opened and once a minute.
@Component
class SessionWatch implements SmartLifecycle {

    private static final int MAX_WAITING = 1_000_000;
    private static final int MAX_GROUP = 1_000;
    private static final Duration LOOKS_APART = Duration.ofMillis(100);
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    private final OpenConnections connections;
    private final SessionDirectory directory;
    private final GroupWriter<LiveConnection> looks =
            new GroupWriter<>(MAX_WAITING, MAX_GROUP, LOOKS_APART, this::look);
    private volatile Disposable looking = Disposables.disposed();

    SessionWatch(OpenConnections connections, SessionDirectory directory) {
        this.connections = connections;
        this.directory = directory;
    }

    void signedIn(LiveConnection connection) {
        looks.offer(connection);
    }

    /// Looks at all that are open.
    void lookAgain() {
        connections.stream().filter(LiveConnection::isSignedIn).forEach(looks::offer);
    }

    @Override
    public void start() {
        looking = Flux.interval(LOOK_AGAIN).onBackpressureDrop().subscribe(_ -> lookAgain());
    }

    @Override
    public void stop() {
        looking.dispose();
    }

    @Override
    public boolean isRunning() {
        return !looking.isDisposed();
    }

    private Mono<Void> look(List<LiveConnection> group) {
        var sessions = group.stream().map(LiveConnection::session).collect(Collectors.toSet());
        return directory
                .ended(sessions)
                .collect(Collectors.toSet())
                .doOnNext(ended -> end(group, ended))
                .then();
    }

    private static void end(List<LiveConnection> group, Set<SessionId> ended) {
        group.stream()
                .filter(connection -> ended.contains(connection.session()))
                .forEach(connection -> connection.end(Ending.SIGNED_OUT));
    }
}
