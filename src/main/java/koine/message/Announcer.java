package koine.message;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import koine.database.AfterAnswer;
import koine.log.Event;
import koine.log.Log;
import koine.message.DraftQueue.Waiting;
import koine.message.Outcome.Stored;

/// Tells what became of batches: the log's feed of what was stored, and then those who sent it. Batches and drafts in
/// the order in which they were given.
///
/// It does so by slices, and between two of them the event loop reads what has come. So those who are told first can
/// go on, and the next batch is on its way with what they send, while the others are still told. If all were told at
/// once, all would send again at once: in the next batch would be everything that is under way, and Postgres and the
/// event loop would wait for each other in turn.
class Announcer {

    /// Drafts that are told of at once: in private chats 0.3 ms of the event loop, without the system calls behind it.
    private static final int SLICE = 64;

    /// Slices that may be left when the event loop reads. Were it any number, a server to which more is sent than
    /// it can tell of would go on reading.
    private static final int MOST_LEFT = 8;

    private final Log log;
    private final AfterAnswer afterAnswer;
    private final Queue<Slice> slices = new ConcurrentLinkedQueue<>();

    /// Slices that are not told of yet, counted when they are in the queue. While there are some, one task is under way
    /// that tells of the next.
    private final AtomicInteger left = new AtomicInteger();

    Announcer(Log log, AfterAnswer afterAnswer) {
        this.log = log;
        this.afterAnswer = afterAnswer;
    }

    private record Slice(List<Waiting> drafts, List<Outcome> outcomes) {}

    /// By one at a time, in an event loop or not.
    ///
    /// @param outcomes one for each draft
    void announce(List<Waiting> drafts, List<Outcome> outcomes) {
        int added = 0;
        for (int from = 0; from < drafts.size(); from += SLICE) {
            int to = Math.min(from + SLICE, drafts.size());
            slices.add(new Slice(drafts.subList(from, to), outcomes.subList(from, to)));
            added++;
        }
        if (left.getAndAdd(added) == 0) {
            afterAnswer.run(this::tellNext);
        }
    }

    private void tellNext() {
        try {
            tell(slices.remove());
        } finally {
            goOn(left.decrementAndGet());
        }
    }

    private void goOn(int rest) {
        if (rest > MOST_LEFT) {
            afterAnswer.run(this::tellNext);
        } else if (rest > 0) {
            afterAnswer.runAfterReading(this::tellNext);
        }
    }

    private void tell(Slice slice) {
        log.committed(
                slice.outcomes().stream().<Event>mapMulti(Announcer::event).toList());
        for (int i = 0; i < slice.drafts().size(); i++) {
            slice.drafts().get(i).answer().success(slice.outcomes().get(i));
        }
    }

    private static void event(Outcome outcome, Consumer<Event> events) {
        if (outcome instanceof Stored(var message)) {
            events.accept(new Event.MessageSent(message));
        }
    }
}
