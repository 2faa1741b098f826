package koine.log;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Puts events in order: they come in any, with repeats and with holes, and are given once each, by position
/// and without a gap. What comes before its turn is kept. To be used by one thread at a time.
final class EventOrder {

    /// Of events that came before their turn no more than these are kept; the others have to be read again.
    private static final int MAX_EARLY = 10_000;

    private final TreeMap<Long, Event> early = new TreeMap<>();
    private long position = -1;
    private long seen;

    /// Whether it is known where to begin.
    boolean hasBegun() {
        return position >= 0;
    }

    /// The position up to which everything has been given; negative before it has begun.
    long position() {
        return position;
    }

    /// The highest position that is known to be in use.
    long seen() {
        return seen;
    }

    /// Whether something is missing that is known to be there.
    boolean isBehind() {
        return position < seen;
    }

    /// How many positions are known to be in use beyond the one up to which everything has been given; 0 before it has
    /// begun.
    long behind() {
        return hasBegun() ? Math.max(0, seen - position) : 0;
    }

    /// Whether something waits for its turn.
    boolean isWaiting() {
        return !early.isEmpty();
    }

    /// Begins, or goes on, behind this position.
    void beginAt(long start) {
        position = start;
        early.headMap(start, true).clear();
    }

    /// Forgets what waits: positions may mean other events from now on. It has to begin anew.
    void forgetAll() {
        early.clear();
        seen = 0;
        position = -1;
    }

    /// There are events up to this position.
    void noteSeen(long head) {
        seen = Math.max(seen, head);
    }

    void add(List<Event> events) {
        for (var event : events) {
            noteSeen(event.position());
            if (event.position() > position) {
                early.put(event.position(), event);
            }
        }
    }

    /// Those whose turn it is; each is given once.
    List<Event> next() {
        var ready = new ArrayList<Event>();
        if (hasBegun()) {
            takeNext(ready);
        }
        return ready;
    }

    /// As [#next], with everything up to a position. What is not there had a row that is gone for good.
    List<Event> nextUpTo(long end) {
        var ready = new ArrayList<Event>();
        while (position < end) {
            var gap = early.isEmpty() ? end : Math.min(early.firstKey() - 1, end);
            position = Math.max(position, gap);
            takeNext(ready);
        }
        return ready;
    }

    private void takeNext(List<Event> ready) {
        for (var next = early.remove(position + 1); next != null; next = early.remove(position + 1)) {
            ready.add(next);
            position++;
        }
    }

    /// Of what waits, forgets the last where it is too much.
    void forgetTooEarly() {
        while (early.size() > MAX_EARLY) {
            early.pollLastEntry();
        }
    }
}
