package koine.protocol.uchat;

import java.util.function.Function;
import koine.auth.Device;
import koine.delivery.Frame;
import koine.kernel.AccountId;
import koine.protocol.Conversation;
import koine.protocol.Intake;
import koine.protocol.Seat;
import koine.protocol.Unfinished;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// One client on its socket. Frames are taken one at a time, so that answers come in the order of what was
/// asked.
final class UchatConversation implements Conversation {

    private final Seat seat;
    private final Client client;
    private final UchatSocket.Core core;

    UchatConversation(Seat seat, Client client, UchatSocket.Core core) {
        this.seat = seat;
        this.client = client;
        this.core = core;
    }

    /// @param intake what it may send
    record Client(Device device, Intake intake) {}

    @Override
    public Mono<Void> take(byte[] text) {
        return Mono.fromCallable(() -> core.frames().read(text, seat.isTaken()))
                .flatMap(command -> carryOut(command)
                        .doOnError(core.errors()::note)
                        .onErrorResume(problem -> send(Problems.of(command, problem))))
                .doOnError(NotUnderstood.class, _ -> core.errors().notUnderstood())
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

    /// A message has reached its receiver when its socket has taken it.
    @Override
    public void sent(Frame frame) {
        seat.noteDelivered(frame);
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

    private Mono<Void> enter(Command.Entrance command) {
        return seat.take(core.entrances().enter(command, client.device()), Function.identity())
                .doOnNext(_ -> client.intake().widen())
                .flatMap(_ -> welcome(command));
    }

    /// The answer, then the messages that wait, then what comes.
    private Mono<Void> welcome(Command.Entrance command) {
        return send(UchatEntrances.answer(command)).then(seat.follow());
    }

    private Mono<Void> act(Command.Deed deed) {
        return seat.whenTold().flatMap(me -> carryOut(me.account(), deed));
    }

    /// What may take long is not finished on a connection that is ending: nobody would read it.
    private Mono<Void> carryOut(AccountId me, Command.Deed deed) {
        var done = core.deeds().carryOut(me, deed, this::tell);
        return deed instanceof Command.ReadMessages
                ? done.takeUntilOther(seat.connection().ending())
                : done;
    }

    /// As long as a history is told no other frame is read, not even the answer to a ping: that the client takes what
    /// it is told has to be sign enough that it is there.
    private Mono<Void> tell(Outgoing outgoing) {
        return send(outgoing).doOnSuccess(_ -> seat.connection().heard());
    }

    private Mono<Void> send(Outgoing outgoing) {
        return Mono.defer(() -> seat.connection().write(core.frames().encode(outgoing)));
    }
}
