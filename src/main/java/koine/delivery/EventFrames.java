package koine.delivery;

import java.util.Optional;
import koine.log.Event;
import koine.log.Signal;

/// How one protocol shows events. A frame made here goes to every connection of the protocol that the event
/// concerns.
public interface EventFrames {

    /// The protocol's frame for the event; empty where it has none.
    Optional<Frame> frameFor(Event event);

    /// The protocol's frame for the signal; empty where it has none.
    Optional<Frame> frameFor(Signal signal);

    /// The protocol's frame by which a client learns that all that concerns it up to the position has been
    /// sent; empty where it has none.
    Optional<Frame> heartbeatAt(long position);
}
