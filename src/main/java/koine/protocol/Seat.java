package koine.protocol;

import java.util.Optional;
import java.util.function.Function;
import koine.auth.SignedIn;
import koine.delivery.Deliveries;
import koine.delivery.Frame;
import koine.delivery.LiveConnection;
import koine.message.Receipts;
import koine.protocol.SocketSessions.Guest;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// A client's place on a socket on which somebody may sign in; until then it is nobody's. The session that is
/// opened there ends with the socket.
public final class Seat {

    private final LiveConnection connection;
    private final Deliveries deliveries;
    private final Receipts receipts;
    private final SocketSessions sessions;
    private volatile @Nullable Guest guest;

    Seat(LiveConnection connection, Deliveries deliveries, Receipts receipts, SocketSessions sessions) {
        this.connection = connection;
        this.deliveries = deliveries;
        this.receipts = receipts;
        this.sessions = sessions;
    }

    public LiveConnection connection() {
        return connection;
    }

    public boolean isTaken() {
        return guest != null;
    }

    /// Gives the seat to whoever comes. Runs to its end even if the socket is gone meanwhile: otherwise a session
    /// might be left over. Whoever comes to a socket that has closed meanwhile goes at once.
    ///
    /// @param who the guest in what comes
    public <T> Mono<T> take(Mono<T> coming, Function<T, Guest> who) {
        var seated = coming.delayUntil(come -> admit(who.apply(come)));
        return Mono.fromFuture(seated::toFuture, true);
    }

    /// Sends the messages that wait, then what comes. Completes when that has begun.
    public Mono<Void> follow() {
        return Mono.defer(
                () -> connection.followAfter(taken().backlog()).retryWhen(Patience.WHILE_THE_DATABASE_IS_AWAY));
    }

    /// Whose seat it is, once what they had missed has been read: what they send could take from that.
    public Mono<SignedIn> whenTold() {
        return Mono.defer(() -> taken().backlog().whenRead().thenReturn(taken().who()));
    }

    /// Notes that the message which the frame shows has been delivered: for protocols in which it is when it is
    /// written.
    public void noteDelivered(Frame frame) {
        Optional.ofNullable(guest)
                .ifPresent(reader -> frame.shown()
                        .ifPresent(shown -> receipts.noteDelivered(reader.who().account(), shown.chat(), shown.seq())));
    }

    /// Closes the connection, and ends the session with it.
    public Mono<Void> leave() {
        return Mono.defer(() -> {
            connection.close();
            var leaving = guest;
            return leaving == null ? Mono.empty() : sessions.leave(leaving.who());
        });
    }

    private Mono<Void> admit(Guest come) {
        var who = come.who();
        guest = come;
        deliveries.signIn(connection, who.account(), who.session());
        return connection.isSignedIn() ? Mono.empty() : sessions.leave(who);
    }

    private Guest taken() {
        var sitting = guest;
        if (sitting == null) {
            throw new IllegalStateException("nobody is signed in");
        }
        return sitting;
    }
}
