package koine.protocol.phonechat;

import java.time.Clock;
import koine.delivery.Frame;
import koine.delivery.LiveConnection;
import koine.protocol.Conversation;
import koine.protocol.Impersonations;
import koine.protocol.ProtocolErrors;
import koine.protocol.Refusals;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// One client on one of its sockets. Frames are taken one at a time, so that answers come in the order of what
/// was asked.
abstract sealed class PhoneConversation implements Conversation permits ReceiveConversation, SendConversation {

    static final String PROTOCOL = "phonechat";

    private final Me me;
    private final LiveConnection connection;
    private final Core core;

    PhoneConversation(Me me, LiveConnection connection, Core core) {
        this.me = me;
        this.connection = connection;
        this.core = core;
    }

    /// What every conversation uses.
    record Core(
            PhoneFrames frames,
            Finishing finishing,
            Deeds deeds,
            Fetches fetches,
            Impersonations impersonations,
            ProtocolErrors.Tally errors,
            Clock clock) {}

    /// Carries out what a frame asks for.
    abstract Mono<Void> carryOut(Said said);

    /// Whom errors are about, besides oneself.
    abstract String other();

    Me me() {
        return me;
    }

    Core core() {
        return core;
    }

    @Override
    public Mono<Void> take(byte[] text) {
        return Mono.fromCallable(() -> core.frames().read(text))
                .flatMap(said -> carryOut(said)
                        .onErrorResume(problem -> problem instanceof NotUnderstood
                                ? Mono.error(problem)
                                : refuse(said.command(), problem)))
                .doOnError(NotUnderstood.class, _ -> core.errors().notUnderstood())
                .onErrorResume(NotUnderstood.class, problem -> error(problem.command(), problem.error()));
    }

    @Override
    public Mono<Void> takeBinary() {
        var problem = PhoneCodec.invalidJson();
        return error(problem.command(), problem.error());
    }

    @Override
    public Flux<Frame> toWrite(Flux<Frame> frames) {
        return core.finishing().finish(me.account(), frames);
    }

    Mono<Void> write(Outgoing outgoing) {
        return Mono.defer(() -> connection.write(core.frames().encode(outgoing)));
    }

    /// Refuses a frame that says somebody else's number in the place of one's own.
    NotUnderstood impersonation(Said said, String field) {
        core.impersonations().note(PROTOCOL);
        return new NotUnderstood(said.command(), field + " must be your own number");
    }

    private Mono<Void> refuse(String command, Throwable problem) {
        core.errors().note(problem);
        return error(command, Refusals.of(problem).detail());
    }

    private Mono<Void> error(String command, String error) {
        return write(new Outgoing.Problem(
                error,
                "error",
                command,
                me.number(),
                other(),
                Stamps.ours(core.clock().instant())));
    }
}
