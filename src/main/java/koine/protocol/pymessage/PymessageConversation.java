package koine.protocol.pymessage;

import java.time.Duration;
import koine.auth.SignedIn;
import koine.delivery.Frame;
import koine.delivery.LiveConnection;
import koine.protocol.Backlog;
import koine.protocol.Conversation;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/// One client on its socket. Frames are taken one at a time, so that answers come in the order of what was
/// asked.
final class PymessageConversation implements Conversation {

    private static final Duration TRY_AGAIN = Duration.ofMillis(500);

    private final LiveConnection connection;
    private final @Nullable String address;
    private final PymessageSocket.Core core;
    private volatile @Nullable Guest guest;

    PymessageConversation(LiveConnection connection, @Nullable String address, PymessageSocket.Core core) {
        this.connection = connection;
        this.address = address;
        this.core = core;
    }

    private record Guest(SignedIn who, Backlog backlog) {}

    LiveConnection connection() {
        return connection;
    }

    @Override
    public Mono<Void> take(byte[] text) {
        return Mono.fromCallable(() -> core.frames().read(text, guest != null))
                .flatMap(command -> carryOut(command).onErrorResume(problem -> send(Problems.of(command, problem))))
                .onErrorResume(NotUnderstood.class, problem -> send(problem.problem()));
    }

    @Override
    public Mono<Void> takeBinary() {
        return send(PymessageCodec.invalidJson().problem());
    }

    /// A message has reached its receiver when it is written.
    @Override
    public void sent(Frame frame) {
        var reader = guest;
        if (reader != null) {
            frame.shown()
                    .ifPresent(
                            shown -> core.receipts().noteDelivered(reader.who().account(), shown.chat(), shown.seq()));
        }
    }

    /// Closes the connection, and ends the session with it.
    Mono<Void> end() {
        return Mono.defer(() -> {
            connection.close();
            var leaving = guest;
            return leaving == null ? Mono.empty() : core.entrances().leave(leaving.who());
        });
    }

    private Mono<Void> carryOut(Command command) {
        return switch (command) {
            case Command.Entrance entrance -> enter(entrance);
            case Command.Deed deed -> act(deed);
        };
    }

    /// Runs to its end even if the socket is gone meanwhile: otherwise a session might be left over.
    private Mono<Void> enter(Command.Entrance command) {
        var arrival = core.entrances().enter(command, address).delayUntil(this::admit);
        return Mono.fromFuture(arrival::toFuture, true).flatMap(this::welcome);
    }

    /// Whoever comes to a socket that has closed meanwhile goes at once.
    private Mono<Void> admit(Entrances.Arrival arrival) {
        var who = arrival.who();
        guest = new Guest(who, arrival.backlog());
        core.deliveries().signIn(connection, who.account(), who.session());
        return connection.isSignedIn() ? Mono.empty() : core.entrances().leave(who);
    }

    /// The answer, then who wants to be a friend, then the messages that wait, then what comes.
    private Mono<Void> welcome(Entrances.Arrival arrival) {
        var requests = Flux.fromIterable(arrival.requests())
                .map(person -> new Outgoing.FriendRequest(person.id().value()));
        return send(arrival.answer())
                .thenMany(requests.concatMap(this::send))
                .then(connection.followAfter(arrival.backlog()).retryWhen(Retry.fixedDelay(Long.MAX_VALUE, TRY_AGAIN)));
    }

    /// Not before what was missed has been read: what is sent could take from it.
    private Mono<Void> act(Command.Deed deed) {
        var me = guest;
        return me == null
                ? Mono.error(new IllegalStateException("nobody is signed in"))
                : me.backlog()
                        .whenRead()
                        .then(Mono.defer(() -> core.deeds().carryOut(me.who(), deed)))
                        .flatMap(this::send);
    }

    private Mono<Void> send(Outgoing outgoing) {
        return Mono.defer(() -> connection.write(core.frames().encode(outgoing)));
    }
}
