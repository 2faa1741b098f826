package koine.protocol;

import java.util.Optional;
import koine.delivery.EventFrames;
import koine.delivery.Frame;
import koine.kernel.AccountId;
import koine.log.Event;

/// The frames of a protocol whose clients know no positions, and who are answered what they do themselves: of their
/// own doing none of their devices is shown anything.
public interface CursorlessFrames extends EventFrames {

    /// Whether it was the reader who did it. As it stands: one's own messages.
    @Override
    default boolean isPersonal(Event event, AccountId reader) {
        return event instanceof Event.MessageSent(var message)
                && message.author().equals(reader);
    }

    @Override
    default Optional<Frame> frameFor(Event event, AccountId reader) {
        return isPersonal(event, reader) ? Optional.empty() : frameFor(event);
    }

    /// None: the clients know of no members.
    @Override
    default Optional<Frame> frameForSubject(Event.OfMember event) {
        return Optional.empty();
    }

    @Override
    default Optional<Frame> heartbeatAt(long position) {
        return Optional.empty();
    }
}
