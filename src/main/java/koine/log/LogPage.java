package koine.log;

import java.util.List;

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
}
