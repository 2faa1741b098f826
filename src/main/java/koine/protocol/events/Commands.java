package koine.protocol.events;

import java.util.Optional;
import koine.delivery.Deliveries;
import koine.delivery.Frame;
import koine.delivery.Resumption;
import koine.delivery.TypingNotices;
import koine.kernel.AccountId;
import koine.kernel.Cursor;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.log.Head;
import koine.log.Log;
import koine.message.Messages;
import koine.message.Receipts;
import koine.message.SendMessage;
import koine.protocol.MessageView;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Carries out what clients of the event socket ask for.
@Component
class Commands {

    private final Messages messages;
    private final Receipts receipts;
    private final TypingNotices typing;
    private final Deliveries deliveries;
    private final Log log;
    private final NativeFrames frames;

    Commands(
            Messages messages,
            Receipts receipts,
            TypingNotices typing,
            Deliveries deliveries,
            Log log,
            NativeFrames frames) {
        this.messages = messages;
        this.receipts = receipts;
        this.typing = typing;
        this.deliveries = deliveries;
        this.log = log;
        this.frames = frames;
    }

    /// Why no `message.send` is carried out at the moment; empty if it is.
    Optional<Refused> refusalOfMessages() {
        return messages.refusal();
    }

    /// Carries out the command and answers it. Completes when the socket has taken the answer.
    ///
    /// Errors: as the feature refuses it; then it has not been answered.
    Mono<Void> carryOut(Command command, EventSession session) {
        var me = session.who().account();
        return switch (command) {
            case Command.Resume resume -> resume(resume, session);
            case Command.Send send -> send(send, session);
            case Command.Edit edit -> edit(edit, session);
            case Command.Delete delete -> messages.delete(me, delete.id()).then(ok(delete, session));
            case Command.Mark mark -> mark(mark, me).then(ok(mark, session));
            case Command.Typing said -> typing.say(me, said.chat()).then(ok(said, session));
            case Command.Watch watch ->
                deliveries.watch(session.connection(), watch.users()).then(ok(watch, session));
            case Command.Ping ping -> session.send(new Outgoing.Pong(ping.ref()));
        };
    }

    private static Mono<Void> ok(Command command, EventSession session) {
        return session.send(new Outgoing.Ok(command.ref(), null));
    }

    private Mono<Void> send(Command.Send send, EventSession session) {
        return messages.send(new SendMessage(session.who().account(), send.chat(), send.body(), send.key()))
                .flatMap(stored -> session.send(new Outgoing.Ok(send.ref(), MessageView.of(stored))));
    }

    private Mono<Void> edit(Command.Edit edit, EventSession session) {
        return messages.edit(session.who().account(), edit.id(), edit.contents())
                .flatMap(edited -> session.send(new Outgoing.Ok(edit.ref(), MessageView.of(edited))));
    }

    private Mono<Void> mark(Command.Mark mark, AccountId me) {
        return mark.read()
                ? receipts.read(me, mark.chat(), mark.seq())
                : receipts.delivered(me, mark.chat(), mark.seq());
    }

    /// The last one asked for wins, in whichever order their look at the log's head comes back.
    private Mono<Void> resume(Command.Resume resume, EventSession session) {
        var turn = session.nextResume();
        return log.head()
                .flatMap(head -> session.isLastResume(turn)
                        ? resume(resume, head, session)
                        : session.send(overtaken(resume.ref())));
    }

    private Mono<Void> resume(Command.Resume resume, Head head, EventSession session) {
        var since = resume.since() == null ? head.cursor() : resume.since();
        return head.canFollow(since)
                ? session.connection().follow(since.position(), new Resuming(resume.ref(), head.epoch()))
                : session.connection().write(frames.reset(resume.ref(), head.cursor()));
    }

    private static Outgoing overtaken(@Nullable String ref) {
        return Outgoing.Problem.of(ref, new Refused(ErrorCode.CONFLICT, "another resume has taken its place"));
    }

    /// Tells the client how its command ended: each is answered, one that another overtakes as well.
    private final class Resuming implements Resumption {

        private final @Nullable String ref;
        private final String epoch;

        Resuming(@Nullable String ref, String epoch) {
            this.ref = ref;
            this.epoch = epoch;
        }

        @Override
        public Optional<Frame> syncedAt(long position) {
            return Optional.of(frames.synced(ref, new Cursor(epoch, position)));
        }

        @Override
        public Optional<Frame> replaced() {
            return Optional.of(frames.encode(overtaken(ref)));
        }
    }
}
