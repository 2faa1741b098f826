package koine.protocol.uchat;

import java.time.Duration;
import koine.delivery.Frame;
import koine.delivery.LiveConnection;
import koine.kernel.AccountId;
import koine.protocol.Conversation;
import koine.protocol.Intake;
import koine.protocol.SocketSessions.Guest;
import koine.protocol.Unfinished;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/// One client on its socket. Frames are taken one at a time, so that answers come in the order of what was
/// asked.
final class UchatConversation implements Conversation {

    private static final Duration TRY_AGAIN = Duration.ofMillis(500);

    private final LiveConnection connection;
    private final Client client;
    private final UchatSocket.Core core;
    private volatile @Nullable Guest guest;

    UchatConversation(LiveConnection connection, Client client, UchatSocket.Core core) {
        this.connection = connection;
        this.client = client;
        this.core = core;
    }

    /// @param address where it came from
    /// @param intake  what it may send
    record Client(@Nullable String address, Intake intake) {}

    LiveConnection connection() {
        return connection;
    }

    @Override
    public Mono<Void> take(byte[] text) {
        return Mono.fromCallable(() -> core.frames().read(text, guest != null))
                .flatMap(command -> carryOut(command).onErrorResume(problem -> send(Problems.of(command, problem))))
                .onErrorResume(NotUnderstood.class, problem -> send(problem.answer()));
    }

    @Override
    public Mono<Void> takeBinary() {
        return send(UchatCodec.noJson());
    }

    /// Frames may be large.
    @Override
    public int ahead() {
        return 1;
    }

    /// Of a message that is told as it happens, its author's name is looked up when it is written.
    @Override
    public Flux<Frame> toWrite(Flux<Frame> outgoing) {
        return Unfinished.finish(outgoing, frame -> frame.shown().map(shown -> withSender(frame, shown)));
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

    private Flux<Frame> withSender(Frame frame, Frame.Shown shown) {
        return Flux.defer(() -> core.names().of(shown.author()))
                .map(name -> core.frames().withSender(frame, name));
    }

    private Mono<Void> carryOut(Command command) {
        return switch (command) {
            case Command.Entrance entrance -> enter(entrance);
            case Command.Deed deed -> act(deed);
        };
    }

    /// Runs to its end even if the socket is gone meanwhile: otherwise a session might be left over.
    private Mono<Void> enter(Command.Entrance command) {
        var arrival = core.entrances().enter(command, client.address()).delayUntil(this::admit);
        return Mono.fromFuture(arrival::toFuture, true).flatMap(come -> welcome(command, come));
    }

    /// Whoever comes to a socket that has closed meanwhile goes at once.
    private Mono<Void> admit(Guest come) {
        var who = come.who();
        guest = come;
        core.deliveries().signIn(connection, who.account(), who.session());
        client.intake().widen();
        return connection.isSignedIn() ? Mono.empty() : core.entrances().leave(who);
    }

    /// The answer, then the messages that wait, then what comes.
    private Mono<Void> welcome(Command.Entrance command, Guest come) {
        return send(UchatEntrances.answer(command))
                .then(connection.followAfter(come.backlog()).retryWhen(Retry.fixedDelay(Long.MAX_VALUE, TRY_AGAIN)));
    }

    /// Not before what was missed has been read: what is sent could take from it.
    private Mono<Void> act(Command.Deed deed) {
        var me = guest;
        return me == null
                ? Mono.error(new IllegalStateException("nobody is signed in"))
                : me.backlog()
                        .whenRead()
                        .then(Mono.defer(() -> carryOut(me.who().account(), deed)));
    }

    /// What may take long is not finished on a connection that is ending: nobody would read it.
    private Mono<Void> carryOut(AccountId me, Command.Deed deed) {
        var done = core.deeds().carryOut(me, deed, this::tell);
        return deed instanceof Command.ReadMessages ? done.takeUntilOther(connection.ending()) : done;
    }

    /// As long as a history is told no other frame is read, not even the answer to a ping: that the client takes what
    /// it is told has to be sign enough that it is there.
    private Mono<Void> tell(Outgoing outgoing) {
        return send(outgoing).doOnSuccess(_ -> connection.heard());
    }

    private Mono<Void> send(Outgoing outgoing) {
        return Mono.defer(() -> connection.write(core.frames().encode(outgoing)));
    }
}
