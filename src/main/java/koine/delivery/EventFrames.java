package koine.delivery;

import java.util.Optional;
import koine.kernel.AccountId;
import koine.log.Event;
import koine.log.Event.OfMember;
import koine.log.Signal;

/// How one protocol shows events. A frame made here goes to every connection of the protocol that the event
/// concerns.
public interface EventFrames {

    /// The protocol's frame for the event; empty where it has none. What happened to a member is shown by
    /// it to all others.
    Optional<Frame> frameFor(Event event);

    /// The protocol's frame for the signal; empty where it has none.
    Optional<Frame> frameFor(Signal signal);

    /// The protocol's frame for the one it happened to; empty where it has none.
    Optional<Frame> frameForSubject(OfMember event);

    /// Whether this reader's frame is another one than that for all others. The fewer, the better: frames
    /// that are not personal are encoded once, whatever the number of readers.
    default boolean isPersonal(Event event, AccountId reader) {
        return event instanceof OfMember change && change.member().id().equals(reader);
    }

    /// The protocol's frame for one of those whom the event concerns; empty where it has none.
    default Optional<Frame> frameFor(Event event, AccountId reader) {
        return event instanceof OfMember change && change.member().id().equals(reader)
                ? frameForSubject(change)
                : frameFor(event);
    }

    /// The protocol's frame by which a client learns that all that concerns it up to the position has been
    /// sent; empty where it has none.
    Optional<Frame> heartbeatAt(long position);
}
