package koine.protocol;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import koine.delivery.Ending;
import koine.delivery.LiveConnection;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.socket.CloseStatus;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// How a socket of any WebSocket protocol ends: by its client, or by the server with the close code for its
/// reason.
@Component
public class SocketEndings {

    /// How long commands that were begun may take once the server wants to end.
    private static final Duration UNFINISHED = Duration.ofSeconds(3);

    /// How long what is queued by then may take to be taken.
    private static final Duration REST = Duration.ofSeconds(1);

    private static final Duration LOOK = Duration.ofMillis(10);

    /// How long a peer that takes nothing is given to take the close frame.
    private static final Duration LAST_WORD = Duration.ofSeconds(1);

    /// Clients of a server that goes down come back after 1 to so many seconds, so that they do not all come at
    /// once.
    private static final int SPREAD_SECONDS = 8;

    private final SecureRandom random;

    SocketEndings(SecureRandom random) {
        this.random = random;
    }

    /// Runs both halves of a socket until the first of these: its client has closed it (`incoming` completes),
    /// either half fails, or the server ends the connection. The latter happens in good order: commands that
    /// were begun are answered, what is queued is sent, then the close frame. A peer that does not take that in
    /// time is cut off.
    ///
    /// @param idle whether no command is being carried out; none must be begun once the connection is ending
    public Mono<Void> run(
            Upgrades.Socket socket,
            LiveConnection connection,
            Mono<Void> incoming,
            Mono<Void> outgoing,
            BooleanSupplier idle) {
        var drained = outgoing.then(connection.ending()).flatMap(reason -> closeFrame(socket, reason));
        var ended = connection
                .ending()
                .flatMap(reason -> reason.isAbrupt()
                        ? cutOff(socket, reason)
                        : until(idle)
                                .then(Mono.fromRunnable(connection::finish))
                                .then(Mono.delay(REST))
                                .then(Mono.defer(() -> cutOff(socket, reason))));
        return Mono.firstWithSignal(incoming, drained, ended);
    }

    /// The code with which a connection is closed for the reason. Each that is closed because the server goes
    /// down is told another time to come back.
    public CloseStatus status(Ending reason) {
        return switch (reason) {
            case GOING_DOWN -> CloseCodes.goingDown(1 + random.nextInt(SPREAD_SECONDS));
            case SIGNED_OUT -> CloseCodes.SIGNED_OUT;
            case TOO_SLOW -> CloseCodes.TOO_SLOW;
            case SILENT -> CloseCodes.SILENT;
            case FLOODING -> CloseCodes.FLOODING;
            case DISPLACED -> CloseCodes.DISPLACED;
        };
    }

    private static Mono<Void> until(BooleanSupplier idle) {
        return Flux.interval(Duration.ZERO, LOOK)
                .takeUntil(_ -> idle.getAsBoolean())
                .take(UNFINISHED)
                .then();
    }

    /// The close frame is tried, and then the connection is dropped without being waited for.
    private Mono<Void> cutOff(Upgrades.Socket socket, Ending reason) {
        return closeFrame(socket, reason).timeout(LAST_WORD).onErrorComplete().then(Mono.fromRunnable(socket.drop()));
    }

    /// Not to be cancelled on its way: Netty would then release the frame a second time. That it could not be written
    /// says no more than that the connection is gone.
    private Mono<Void> closeFrame(Upgrades.Socket socket, Ending reason) {
        return Mono.fromFuture(
                () -> socket.session().close(status(reason)).onErrorComplete().toFuture(), true);
    }
}
