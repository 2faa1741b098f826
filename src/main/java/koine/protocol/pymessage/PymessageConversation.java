package koine.protocol.pymessage;

import koine.auth.Device;
import koine.delivery.Frame;
import koine.protocol.Conversation;
import koine.protocol.Seat;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// One client on its socket. Frames are taken one at a time, so that answers come in the order of what was
/// asked.
final class PymessageConversation implements Conversation {

    private final Seat seat;
    private final Device device;
    private final PymessageSocket.Core core;

    PymessageConversation(Seat seat, Device device, PymessageSocket.Core core) {
        this.seat = seat;
        this.device = device;
        this.core = core;
    }

    @Override
    public Mono<Void> take(byte[] text) {
        return Mono.fromCallable(() -> core.frames().read(text, seat.isTaken()))
                .flatMap(command -> carryOut(command)
                        .doOnError(core.errors()::note)
                        .onErrorResume(problem -> send(Problems.of(command, problem))))
                .doOnError(NotUnderstood.class, _ -> core.errors().notUnderstood())
                .onErrorResume(NotUnderstood.class, problem -> send(problem.problem()));
    }

    @Override
    public Mono<Void> takeBinary() {
        return send(PymessageCodec.invalidJson().problem());
    }

    /// A message has reached its receiver when its socket has taken it.
    @Override
    public void sent(Frame frame) {
        seat.noteDelivered(frame);
    }

    private Mono<Void> carryOut(Command command) {
        return switch (command) {
            case Command.Entrance entrance -> enter(entrance);
            case Command.Deed deed -> act(deed);
        };
    }

    private Mono<Void> enter(Command.Entrance command) {
        return seat.take(core.entrances().enter(command, device), Entrances.Arrival::guest)
                .flatMap(this::welcome);
    }

    /// The answer, then who wants to be a friend, then the messages that wait, then what comes.
    private Mono<Void> welcome(Entrances.Arrival arrival) {
        var requests = Flux.fromIterable(arrival.requests())
                .map(person -> new Outgoing.FriendRequest(person.id().value()));
        return send(arrival.answer()).thenMany(requests.concatMap(this::send)).then(seat.follow());
    }

    private Mono<Void> act(Command.Deed deed) {
        return seat.whenTold().flatMap(me -> core.deeds().carryOut(me, deed)).flatMap(this::send);
    }

    private Mono<Void> send(Outgoing outgoing) {
        return Mono.defer(() -> seat.connection().write(core.frames().encode(outgoing)));
    }
}
