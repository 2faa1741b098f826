package koine.message;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.ErrorCode;
import koine.kernel.MessageId;
import koine.kernel.Refused;
import koine.log.GroupWriter;
import koine.log.Message;
import koine.log.Signal.MessageReceived;
import koine.log.Signal.ReceiptMoved;
import koine.log.Signal.ReceiptMoved.Before;
import koine.log.Signals;
import koine.message.MarkStore.Marks;
import koine.message.MarkStore.Result;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/// Who has received and read what: two marks per member that only move forward. They are state, not
/// history: wishes of one member that wait together are written as one, and what moved is told by a
/// signal.
@Service
public class Receipts {

    private static final int MAX_WAITING = 10_000;
    private static final int MAX_GROUP = 500;

    /// After which time a row that somebody else was writing is tried again.
    private static final Duration AGAIN = Duration.ofMillis(10);

    private final MarkStore store;
    private final Signals signals;
    private final Arrivals arrivals;
    private final GroupWriter<Wish> writer;

    Receipts(MarkStore store, Signals signals, Arrivals arrivals) {
        this.store = store;
        this.signals = signals;
        this.arrivals = arrivals;
        this.writer = new GroupWriter<>(MAX_WAITING, MAX_GROUP, this::write);
    }

    /// @param answer null if nobody waits for one
    /// @param toldOf whether somebody tells of the single messages
    private record Wish(Marks marks, @Nullable MonoSink<Void> answer, boolean toldOf) {

        void done() {
            if (answer != null) {
                answer.success();
            }
        }

        void failed(Throwable problem) {
            if (answer != null) {
                answer.error(problem);
            }
        }
    }

    private record Member(AccountId account, ChatId chat) {

        static Member of(Marks marks) {
            return new Member(marks.account(), marks.chat());
        }
    }

    /// Notes that the member has received the chat's messages up to this number. A number past the newest
    /// message means the newest; one before the mark changes nothing.
    ///
    /// Errors: `INVALID_REQUEST` for a number below 1; `CHAT_DOES_NOT_EXIST` also for one who is no member.
    public Mono<Void> delivered(AccountId me, ChatId chat, long seq) {
        return move(new Marks(me, chat, seq, 0), false);
    }

    /// Notes that the member has read, and so received, the chat's messages up to this number; otherwise as
    /// [#delivered].
    public Mono<Void> read(AccountId me, ChatId chat, long seq) {
        return move(new Marks(me, chat, seq, seq), false);
    }

    /// Notes that the member has received this one message, as [#received] does, and tells its author.
    ///
    /// @param saidAt when that was, as the member's client put it
    public Mono<Void> received(AccountId me, Message message, String saidAt) {
        return received(me, message.id()).doOnSuccess(_ -> tell(me, message, false, saidAt));
    }

    /// Notes that the member has received this one message, as [#received] does, and has read up to it, and
    /// tells its author. Earlier messages that have not been received wait still.
    ///
    /// @param saidAt when that was, as the member's client put it
    public Mono<Void> read(AccountId me, Message message, String saidAt) {
        return received(me, message.id())
                .then(move(new Marks(me, message.chat(), 0, message.seq()), true))
                .doOnSuccess(_ -> tell(me, message, true, saidAt));
    }

    private void tell(AccountId me, Message message, boolean read, String saidAt) {
        signals.send(new MessageReceived(message.chat(), me, message.id(), message.author(), read, saidAt));
    }

    /// Notes that the member has received this one message, and none before or after it: it waits for the member no
    /// longer. Where messages are kept until they are delivered it goes with the last for whom it has been waiting.
    /// The delivered mark moves up to where nothing is missing; where messages are kept, what came before its turn
    /// is remembered until the mark has passed it. Repeating it changes nothing.
    ///
    /// Errors: `MESSAGE_DOES_NOT_EXIST` for one that has gone or was never there, and for one who is no member
    /// of its chat.
    public Mono<Void> received(AccountId me, MessageId message) {
        return arrivals.note(me, message);
    }

    /// Up to where the member has read.
    ///
    /// Errors: `CHAT_DOES_NOT_EXIST` also for one who is no member.
    public Mono<LastRead> lastRead(AccountId me, ChatId chat) {
        return store.lastRead(me, chat).switchIfEmpty(Mono.error(Receipts::noSuchChat));
    }

    /// As [#delivered], without an answer: what can't be noted now is lost, and the mark stays where it
    /// was.
    public void noteDelivered(AccountId me, ChatId chat, long seq) {
        writer.offer(new Wish(new Marks(me, chat, seq, 0), null, false));
    }

    /// As [#read], without an answer; otherwise as [#noteDelivered].
    public void noteRead(AccountId me, ChatId chat, long seq) {
        writer.offer(new Wish(new Marks(me, chat, seq, seq), null, false));
    }

    private Mono<Void> move(Marks marks, boolean toldOf) {
        if (Math.max(marks.delivered(), marks.read()) < 1) {
            return Mono.error(Refused.invalid("seq", "must be a positive whole number"));
        }
        return Mono.create(answer -> offer(new Wish(marks, answer, toldOf)));
    }

    private void offer(Wish wish) {
        if (!writer.offer(wish)) {
            wish.failed(new Refused(ErrorCode.TOO_MANY_REQUESTS, "too many receipts are waiting to be stored"));
        }
    }

    private Mono<Void> write(List<Wish> wishes) {
        var byMember = new LinkedHashMap<Member, List<Wish>>();
        wishes.forEach(wish -> byMember.computeIfAbsent(Member.of(wish.marks()), _ -> new ArrayList<>())
                .add(wish));
        return store.move(byMember.values().stream().map(Receipts::together).toList())
                .collectList()
                .doOnNext(results -> results.forEach(result -> answer(result, byMember)))
                .then()
                .doOnError(problem -> wishes.forEach(wish -> wish.failed(problem)));
    }

    private void tell(Marks marks, @Nullable Before before) {
        signals.send(new ReceiptMoved(marks.chat(), marks.account(), marks.delivered(), marks.read(), before));
    }

    private static Marks together(List<Wish> wishes) {
        return wishes.stream().map(Wish::marks).reduce(Marks::and).orElseThrow();
    }

    private void answer(Result result, Map<Member, List<Wish>> byMember) {
        var wishes = byMember.getOrDefault(Member.of(result.marks()), List.of());
        switch (result) {
            case Result.Done(var marks, var before, var moved) -> {
                if (moved) {
                    tell(marks, wishes.stream().allMatch(Wish::toldOf) ? null : before);
                }
                wishes.forEach(Wish::done);
            }
            case Result.Busy _ ->
                Schedulers.parallel()
                        .schedule(() -> wishes.forEach(this::offer), AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            case Result.NoMember _ -> wishes.forEach(wish -> wish.failed(noSuchChat()));
        }
    }

    private static Refused noSuchChat() {
        return new Refused(ErrorCode.CHAT_DOES_NOT_EXIST, "there is no such chat");
    }
}
