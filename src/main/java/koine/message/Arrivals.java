package koine.message;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.MessageId;
import koine.kernel.Refused;
import koine.log.GroupWriter;
import koine.log.Signal.ReceiptMoved;
import koine.log.Signals;
import koine.message.ArrivalStore.Arrival;
import koine.message.ArrivalStore.Result;
import koine.message.MarkStore.Marks;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/// Notes of single messages that somebody has received them, those that wait together in one commit.
@Component
class Arrivals {

    private static final int MAX_WAITING = 10_000;
    private static final int MAX_GROUP = 500;

    /// After which time a row that somebody else was writing is tried again.
    private static final Duration AGAIN = Duration.ofMillis(10);

    private final ArrivalStore store;
    private final Signals signals;
    private final GroupWriter<Note> writer;

    Arrivals(ArrivalStore store, Signals signals) {
        this.store = store;
        this.signals = signals;
        this.writer = new GroupWriter<>(MAX_WAITING, MAX_GROUP, this::write);
    }

    private record Note(Arrival arrival, MonoSink<Void> answer) {}

    /// As [Receipts#received].
    Mono<Void> note(AccountId me, MessageId message) {
        return Mono.create(answer -> offer(new Note(new Arrival(me, message), answer)));
    }

    private void offer(Note note) {
        if (!writer.offer(note)) {
            note.answer().error(new Refused(ErrorCode.TOO_MANY_REQUESTS, "too many receipts are waiting to be stored"));
        }
    }

    private Mono<Void> write(List<Note> notes) {
        var byArrival = new LinkedHashMap<Arrival, List<Note>>();
        notes.forEach(note -> byArrival
                .computeIfAbsent(note.arrival(), _ -> new ArrayList<>())
                .add(note));
        return store.receive(List.copyOf(byArrival.keySet()))
                .collectList()
                .doOnNext(this::tell)
                .doOnNext(results -> results.forEach(result -> answer(result, byArrival)))
                .then()
                .doOnError(problem -> notes.forEach(note -> note.answer().error(problem)));
    }

    /// Of each member once.
    private void tell(List<Result> results) {
        results.stream()
                .mapMulti((Result result, Consumer<Marks> moved) -> {
                    if (result instanceof Result.Done(var _, var marks, var further) && further) {
                        moved.accept(marks);
                    }
                })
                .distinct()
                .map(marks -> new ReceiptMoved(marks.chat(), marks.account(), marks.delivered(), marks.read()))
                .forEach(signals::send);
    }

    private void answer(Result result, Map<Arrival, List<Note>> byArrival) {
        var notes = byArrival.getOrDefault(result.arrival(), List.of());
        switch (result) {
            case Result.Done _ -> notes.forEach(note -> note.answer().success());
            case Result.Busy _ ->
                Schedulers.parallel()
                        .schedule(() -> notes.forEach(this::offer), AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            case Result.NotThere _ ->
                notes.forEach(note ->
                        note.answer().error(new Refused(ErrorCode.MESSAGE_DOES_NOT_EXIST, "there is no such message")));
        }
    }
}
