package koine.protocol.events;

import java.util.concurrent.atomic.AtomicInteger;
import koine.auth.SignedIn;
import koine.delivery.LiveConnection;
import koine.kernel.Refused;
import koine.protocol.Refusals;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// One client on the event socket: reads its frames, has its commands carried out, and sees to it that each
/// gets an answer.
final class EventSession {

    private final SignedIn who;
    private final LiveConnection connection;
    private final CommandCodec codec;
    private final Commands commands;
    private final NativeFrames frames;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger resumes = new AtomicInteger();
    private volatile boolean ending;

    EventSession(SignedIn who, LiveConnection connection, CommandCodec codec, Commands commands, NativeFrames frames) {
        this.who = who;
        this.connection = connection;
        this.codec = codec;
        this.commands = commands;
        this.frames = frames;
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

    /// Begins no further command, and says whether none is being carried out.
    boolean isIdle() {
        ending = true;
        return underWay.get() == 0;
    }

    /// Carries out the command in a frame. Completes, never with an error, when the socket has taken the
    /// answer.
    Mono<Void> take(byte[] frame) {
        return Mono.defer(() -> {
            underWay.incrementAndGet();
            return (ending ? Mono.<Void>empty() : carryOut(frame)).doFinally(_ -> underWay.decrementAndGet());
        });
    }

    /// Answers what can't be carried out.
    Mono<Void> refuse(@Nullable String ref, Refused refused) {
        return send(new Outgoing.Problem(ref, refused.code(), refused.detail()));
    }

    /// Completes when the socket has taken the frame.
    Mono<Void> send(Outgoing outgoing) {
        return Mono.defer(() -> connection.write(frames.encode(outgoing)));
    }

    private Mono<Void> carryOut(byte[] frame) {
        return Mono.fromCallable(() -> codec.read(frame))
                .flatMap(command -> commands.carryOut(command, this)
                        .onErrorResume(problem -> refuse(command.ref(), Refusals.of(problem))))
                .onErrorResume(InvalidCommand.class, invalid -> refuse(invalid.ref(), invalid.refused()));
    }
}
