package koine.protocol.pymessage;

import java.util.Optional;
import koine.delivery.Frame;
import koine.log.Event;
import koine.log.Message;
import koine.log.Signal;
import koine.protocol.CursorlessFrames;
import koine.protocol.PlainText;
import org.springframework.stereotype.Component;

/// Shows events as pymessage knows them: messages of others, and requests for friendship.
@Component
class PymessageFrames implements CursorlessFrames {

    private final PymessageCodec codec = new PymessageCodec();

    /// A message that was deleted before it was shown is not shown at all; one that was edited is shown as it
    /// is now, and never again.
    @Override
    public Optional<Frame> frameFor(Event event) {
        return switch (event) {
            case Event.MessageSent(var message) when message.deletedAt() != null -> Optional.empty();
            case Event.MessageSent(var message) -> Optional.of(new Frame(codec.write(shown(message)), message));
            case Event.FriendRequested requested ->
                frame(event, new Outgoing.FriendRequest(requested.other().id().value()));
            case Event.FriendAccepted accepted
            when accepted.asked() ->
                frame(event, new Outgoing.FriendAdded(accepted.other().id().value()));
            case Event.FriendAccepted _ -> Optional.empty(); // whoever accepts is answered
            case Event.MessageEdited _, Event.MessageDeleted _ -> Optional.empty(); // no frame: what was said stays
            case Event.ChatCreated _, Event.ChatUpdated _, Event.ChatDeleted _ ->
                Optional.empty(); // no chats, only people
            case Event.MemberJoined _, Event.MemberLeft _, Event.MemberChanged _ -> Optional.empty(); // no groups
            case Event.FriendRemoved _ -> Optional.empty(); // no frame: seen by the next `get_friends`
            case Event.Notified _ -> Optional.empty(); // no frame: requests have their own
            case Event.Blocked _, Event.Unblocked _ -> Optional.empty(); // for the servers, not for clients
        };
    }

    @Override
    public Optional<Frame> frameFor(Signal signal) {
        return switch (signal) {
            case Signal.ReceiptMoved _, Signal.MessageReceived _, Signal.Typing _, Signal.PresenceChanged _ ->
                Optional.empty(); // no frames
            case Signal.SessionEnded _ -> Optional.empty(); // told by the close code
        };
    }

    /// The frame of what is no event, an answer say.
    Frame encode(Outgoing outgoing) {
        return new Frame(codec.write(outgoing));
    }

    Command read(byte[] frame, boolean signedIn) {
        return codec.read(frame, signedIn);
    }

    private Optional<Frame> frame(Event event, Outgoing outgoing) {
        return Optional.of(new Frame(codec.write(outgoing), event.position()));
    }

    private static Outgoing.Message shown(Message message) {
        return new Outgoing.Message(
                message.author().value(), PlainText.of(message), message.chat().value());
    }
}
