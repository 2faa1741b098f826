package koine.protocol.matcha;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import koine.delivery.Frame;
import koine.kernel.NotificationType;
import koine.log.Event;
import koine.log.Message;
import koine.log.Signal;
import koine.protocol.CursorlessFrames;
import koine.protocol.PlainText;
import org.springframework.stereotype.Component;

/// Shows events as matcha knows them: messages of others, and notifications of the four types. A frame that shows
/// a message is not finished: [Signatures] has yet to look up what its author is called.
@Component
class MatchaFrames implements CursorlessFrames {

    /// The types of notifications that the protocol has.
    static final Set<NotificationType> KNOWN =
            Stream.of(NotificationType.values()).filter(MatchaFrames::isKnown).collect(Collectors.toUnmodifiableSet());

    private final MatchaCodec codec = new MatchaCodec();

    /// A message that was deleted before it was shown is not shown at all; one that was edited is shown as it
    /// is now, and never again.
    @Override
    public Optional<Frame> frameFor(Event event) {
        return switch (event) {
            case Event.MessageSent(var message) when message.deletedAt() != null -> Optional.empty();
            case Event.MessageSent(var message) -> Optional.of(new Frame(codec.write(unsigned(message)), message));
            case Event.Notified notified -> frame(notified);
            case Event.MessageEdited _, Event.MessageDeleted _ -> Optional.empty(); // seen by the next `GET`
            case Event.ChatCreated _, Event.ChatUpdated _, Event.ChatDeleted _ -> Optional.empty(); // the same
            case Event.MemberJoined _, Event.MemberLeft _, Event.MemberChanged _ -> Optional.empty(); // no members
            case Event.FriendRequested _, Event.FriendAccepted _, Event.FriendRemoved _ ->
                Optional.empty(); // no friends
            case Event.Blocked _, Event.Unblocked _ -> Optional.empty(); // for the servers, not for clients
        };
    }

    @Override
    public Optional<Frame> frameFor(Signal signal) {
        return switch (signal) {
            case Signal.ReceiptMoved _, Signal.MessageReceived _, Signal.Typing _, Signal.PresenceChanged _ ->
                Optional.empty(); // no events
            case Signal.SessionEnded _ -> Optional.empty(); // told by the end of the socket
        };
    }

    private Optional<Frame> frame(Event.Notified notified) {
        return KNOWN.contains(notified.type())
                ? Optional.of(new Frame(codec.writeEvent("notification", shown(notified)), notified.position()))
                : Optional.empty();
    }

    private static boolean isKnown(NotificationType type) {
        return switch (type) {
            case HISTORY, LIKE, DISLIKE, FAKE -> true;
            case FRIEND_REQUEST, FRIEND_ACCEPTED, CHAT_ADDED -> false; // the protocol has no types for these
        };
    }

    /// The notification that a frame shows, if it shows one.
    static Optional<Long> notification(Frame frame) {
        return frame.hasPosition() && frame.shown().isEmpty() ? Optional.of(frame.position()) : Optional.empty();
    }

    private static Outgoing.Notification shown(Event.Notified notified) {
        return new Outgoing.Notification(
                notified.from().username(),
                notified.account().value(),
                MatchaCodec.name(notified.type()),
                notified.position(),
                MatchaCodec.date(notified.createdAt()),
                notified.mutual() ? true : null);
    }

    private static Outgoing.Unsigned unsigned(Message message) {
        return new Outgoing.Unsigned(
                PlainText.of(message),
                message.chat().value(),
                message.author().value(),
                MatchaCodec.date(message.createdAt()),
                message.id().value());
    }
}
