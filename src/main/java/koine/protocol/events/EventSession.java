package koine.protocol.events;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import koine.auth.SignedIn;
import koine.delivery.Frame;
import koine.delivery.LiveConnection;
import koine.kernel.Cursor;
import koine.kernel.Refused;
import koine.log.Log;
import koine.message.Messages;
import koine.message.SendMessage;
import koine.protocol.MessageView;
import koine.protocol.Refusals;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// One client on the event socket: carries out its commands and answers each of them.
final class EventSession {

    private final SignedIn who;
    private final LiveConnection connection;
    private final Messages messages;
    private final Log log;
    private final CommandCodec codec;
    private final NativeFrames frames;
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile boolean ending;

    EventSession(
            SignedIn who,
            LiveConnection connection,
            Messages messages,
            Log log,
            CommandCodec codec,
            NativeFrames frames) {
        this.who = who;
        this.connection = connection;
        this.messages = messages;
        this.log = log;
        this.codec = codec;
        this.frames = frames;
    }

    SignedIn who() {
        return who;
    }

    LiveConnection connection() {
        return connection;
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
                    return ending ? Mono.empty() : carryOut(frame);
                })
                .doFinally(_ -> underWay.decrementAndGet());
    }

    private Mono<Void> carryOut(byte[] frame) {
        return Mono.fromCallable(() -> codec.read(frame))
                .flatMap(this::answer)
                .onErrorResume(InvalidCommand.class, invalid -> refuse(invalid.ref(), invalid.refused()));
    }

    /// Answers what is no text frame.
    Mono<Void> refuse(@Nullable String ref, Refused refused) {
        return send(new Outgoing.Problem(ref, refused.code(), refused.detail()));
    }

    private Mono<Void> answer(Command command) {
        return carryOut(command).onErrorResume(problem -> refuse(command.ref(), Refusals.of(problem)));
    }

    private Mono<Void> carryOut(Command command) {
        return switch (command) {
            case Command.Resume resume -> resume(resume);
            case Command.Send send -> send(send);
            case Command.Delete delete ->
                messages.delete(who.account(), delete.id()).then(send(new Outgoing.Ok(delete.ref(), null)));
            case Command.Ping ping -> send(new Outgoing.Pong(ping.ref()));
        };
    }

    private Mono<Void> send(Command.Send send) {
        return messages.send(new SendMessage(who.account(), send.chat(), send.contents(), send.key()))
                .flatMap(stored -> send(new Outgoing.Ok(send.ref(), MessageView.of(stored))));
    }

    private Mono<Void> resume(Command.Resume resume) {
        return log.head().flatMap(head -> {
            var since = resume.since() == null ? head.cursor() : resume.since();
            return head.canFollow(since)
                    ? connection.follow(since.position(), synced(resume.ref(), head.epoch()))
                    : connection.write(frames.reset(resume.ref(), head.cursor()));
        });
    }

    private LongFunction<Frame> synced(@Nullable String ref, String epoch) {
        return position -> frames.synced(ref, new Cursor(epoch, position));
    }

    private Mono<Void> send(Outgoing outgoing) {
        return Mono.defer(() -> connection.write(frames.encode(outgoing)));
    }
}
