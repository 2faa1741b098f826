package koine.message;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import koine.kernel.AccountId;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/// Drafts that wait for their batch, in the order in which they came; those that were put back go first. Any thread may
/// add one and ask for the size, and one at a time does the rest.
class DraftQueue {

    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();

    /// Counted before a draft is in the queue.
    private final AtomicInteger size = new AtomicInteger();

    private final Deque<Waiting> first = new ArrayDeque<>();

    /// @param answer told what became of it
    /// @param since  when it came
    /// @param alone  has to be in a batch of its own
    record Waiting(Draft draft, MonoSink<Outcome> answer, Instant since, boolean alone) {

        Waiting onItsOwn() {
            return new Waiting(draft, answer, since, true);
        }
    }

    private record AuthorKey(AccountId author, String key) {}

    int size() {
        return size.get();
    }

    /// Adds a draft, unless so many are too many already; gives whether.
    boolean add(Waiting draft, IntPredicate tooMany) {
        if (tooMany.test(size.getAndIncrement())) {
            size.decrementAndGet();
            return false;
        }
        queue.add(draft);
        return true;
    }

    /// The one that is next; null if there is none yet.
    @Nullable
    Waiting peek() {
        return first.isEmpty() ? queue.peek() : first.peek();
    }

    /// Takes up to so many that may be stored together: no key of an author's is among them twice. The second one
    /// stays, before all who came later.
    ///
    /// @param oldest what came before this is not taken but given up
    List<Waiting> take(int max, Instant oldest, Consumer<Waiting> givenUp) {
        var batch = new ArrayList<Waiting>();
        var keys = new HashSet<AuthorKey>();
        var later = new ArrayList<Waiting>();
        for (var next = poll(); next != null; next = poll()) {
            if (next.since().isBefore(oldest)) {
                size.decrementAndGet();
                givenUp.accept(next);
                continue;
            }
            if (next.alone() && !batch.isEmpty()) {
                later.add(next);
                break;
            }
            (isNewIn(keys, next.draft()) ? batch : later).add(next);
            if (next.alone() || batch.size() + later.size() >= max) {
                break;
            }
        }
        later.reversed().forEach(first::addFirst);
        size.addAndGet(-batch.size());
        return batch;
    }

    /// Puts drafts that were taken before all others.
    void putBack(List<Waiting> drafts) {
        size.addAndGet(drafts.size());
        drafts.reversed().forEach(first::addFirst);
    }

    private @Nullable Waiting poll() {
        var next = first.poll();
        return next == null ? queue.poll() : next;
    }

    private static boolean isNewIn(Set<AuthorKey> keys, Draft draft) {
        return draft.key() == null || keys.add(new AuthorKey(draft.author(), draft.key()));
    }
}
