package koine.log;

import java.util.List;

/// Follows this server's feed of the log. Called by one thread at a time, with every event exactly once and in
/// strict order of position. It must not block and must not throw.
public interface LogListener {

    void onEvents(List<Event> events);

    /// The log is another one from here on: positions have begun anew, and cursors given out before are void.
    default void onNewEpoch() {}
}
