package koine.log;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A stretch of the log.
///
/// @param events in rising order of position
/// @param upTo   everything there was to read up to and including this position is on this page or before it
/// @param full   there may be more after `upTo`
/// @param trimmed events up to here may have been removed for their age
public record LogPage(List<Event> events, long upTo, boolean full, long trimmed) {

    /// Whether somebody who has seen everything up to the position misses nothing by going on with this page.
    public boolean follows(long position) {
        return position >= trimmed;
    }

    /// What stands on this page and on another one, which was read from the same position on, in the order of both;
    /// no more than this much, and no further than both of them reach.
    public LogPage and(LogPage other, int limit) {
        var reach = Math.min(upTo, other.upTo);
        var both = Stream.concat(events.stream(), other.events.stream())
                .filter(event -> event.position() <= reach)
                .sorted(Comparator.comparingLong(Event::position))
                .toList();
        var oldest = Math.max(trimmed, other.trimmed);
        return both.size() > limit
                ? new LogPage(both.subList(0, limit), both.get(limit - 1).position(), true, oldest)
                : new LogPage(both, reach, full || other.full, oldest);
    }
}
