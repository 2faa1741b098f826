package koine.log;

import java.util.List;

/// A stretch of the log.
///
/// @param events in rising order of position
/// @param upTo   everything there was to read up to and including this position is on this page or before it
/// @param full   there may be more after `upTo`
public record LogPage(List<Event> events, long upTo, boolean full) {}
