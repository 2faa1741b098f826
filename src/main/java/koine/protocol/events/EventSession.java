package koine.protocol.events;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import koine.auth.SignedIn;
import koine.delivery.LiveConnection;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.protocol.Conversation;
import koine.protocol.ProtocolErrors;
import koine.protocol.Refusals;
import koine.protocol.Utf8;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// One client on the event socket: reads its frames, has its commands carried out, and sees to it that each
/// gets an answer.
final class EventSession implements Conversation {

    private final SignedIn who;
    private final LiveConnection connection;
    private final CommandCodec codec;
    private final Commands commands;
    private final NativeFrames frames;
    private final Greeting greeting;
    private final ProtocolErrors.Tally errors;
    private final AtomicInteger resumes = new AtomicInteger();

    EventSession(
            SignedIn who,
            LiveConnection connection,
            CommandCodec codec,
            Commands commands,
            NativeFrames frames,
            Greeting greeting,
            ProtocolErrors.Tally errors) {
        this.who = who;
        this.connection = connection;
        this.codec = codec;
        this.commands = commands;
        this.frames = frames;
        this.greeting = greeting;
        this.errors = errors;
    }

    SignedIn who() {
        return who;
    }

    LiveConnection connection() {
        return connection;
    }

    /// The number of a `resume` that is being carried out.
    int nextResume() {
        return resumes.incrementAndGet();
    }

    /// Whether no other has come after it.
    boolean isLastResume(int number) {
        return resumes.get() == number;
    }

    /// The greeting.
    @Override
    public Mono<Void> begin() {
        return greeting.hello(who).flatMap(this::send);
    }

    /// Carries out the command in a frame.
    @Override
    public Mono<Void> take(byte[] frame) {
        return Mono.fromCallable(() -> codec.read(frame))
                .flatMap(command -> commands.carryOut(command, this)
                        .onErrorResume(problem -> refuse(command.ref(), Refusals.of(problem))))
                .onErrorResume(InvalidCommand.class, invalid -> refuse(invalid.ref(), invalid.refused()));
    }

    /// That of messages while none are taken.
    @Override
    public boolean refusesAtOnce(byte[] frame) {
        return commands.refusalOfMessages()
                .filter(refused -> Utf8.isValid(frame) && refuseSend(frame, refused))
                .isPresent();
    }

    private boolean refuseSend(byte[] frame, Refused refused) {
        var refuses = sendIn(frame)
                .filter(send -> connection.answer(frames.encode(Outgoing.Problem.of(send.ref(), refused))))
                .isPresent();
        if (refuses) {
            errors.note(refused.code());
        }
        return refuses;
    }

    private Optional<Command.Send> sendIn(byte[] frame) {
        try {
            return codec.read(frame) instanceof Command.Send send ? Optional.of(send) : Optional.empty();
        } catch (InvalidCommand invalid) {
            return Optional.empty();
        }
    }

    @Override
    public Mono<Void> takeBinary() {
        return refuse(null, new Refused(ErrorCode.INVALID_REQUEST, "frames are text"));
    }

    /// Answers what can't be carried out.
    Mono<Void> refuse(@Nullable String ref, Refused refused) {
        errors.note(refused.code());
        return send(Outgoing.Problem.of(ref, refused));
    }

    /// Completes when the socket has taken the frame.
    Mono<Void> send(Outgoing outgoing) {
        return Mono.defer(() -> connection.write(frames.encode(outgoing)));
    }
}
