package koine.protocol.phonechat;

import java.util.Optional;
import koine.delivery.Frame;
import koine.log.Event;
import koine.log.Message;
import koine.log.Signal;
import koine.protocol.CursorlessFrames;
import org.springframework.stereotype.Component;

/// Shows events as phonechat knows them: messages of others, what became of one's own, and who is typing. All
/// of them are finished by [Finishing].
@Component
class PhoneFrames implements CursorlessFrames {

    /// Of everything in a frame but the message itself.
    private static final int FRAME = 200;

    private final PhoneCodec codec = new PhoneCodec();

    @Override
    public Optional<Frame> frameFor(Event event) {
        return switch (event) {
            case Event.MessageSent(var message) when message.deletedAt() != null -> Optional.empty();
            case Event.MessageSent(var message) ->
                Optional.of(Frame.unfinished(new Draft.Said(message), size(message), event.position()));
            case Event.MessageDeleted deleted ->
                Optional.of(Frame.unfinished(new Draft.Deleted(deleted), FRAME, event.position()));
            case Event.MessageEdited _ -> Optional.empty(); // no frame: who fetches it later gets it as it is then
            case Event.ChatCreated _, Event.ChatUpdated _, Event.ChatDeleted _ ->
                Optional.empty(); // seen by the HTTP calls
            case Event.MemberJoined _, Event.MemberLeft _, Event.MemberChanged _ -> Optional.empty(); // likewise
            case Event.FriendRequested _, Event.FriendAccepted _, Event.FriendRemoved _ ->
                Optional.empty(); // no friends
            case Event.Notified _ -> Optional.empty(); // no notifications
            case Event.Blocked _, Event.Unblocked _ -> Optional.empty(); // for the servers, not for clients
        };
    }

    @Override
    public Optional<Frame> frameFor(Signal signal) {
        return switch (signal) {
            case Signal.MessageReceived received -> Optional.of(Frame.unfinished(new Draft.Received(received), FRAME));
            case Signal.ReceiptMoved moved when moved.before() == null -> Optional.empty(); // told by MessageReceived
            case Signal.ReceiptMoved moved -> Optional.of(Frame.unfinished(new Draft.Moved(moved), FRAME));
            case Signal.Typing typing -> Optional.of(Frame.unfinished(new Draft.Typing(typing), FRAME));
            case Signal.PresenceChanged _ -> Optional.empty(); // asked for by an HTTP call
            case Signal.SessionEnded _ -> Optional.empty(); // told by the close code
        };
    }

    Frame encode(Outgoing outgoing) {
        return new Frame(codec.write(outgoing));
    }

    /// In the place of one that was not finished.
    Frame encode(Outgoing outgoing, Frame unfinished) {
        return unfinished.withBytes(codec.write(outgoing));
    }

    Said read(byte[] frame) {
        return codec.read(frame);
    }

    private static int size(Message message) {
        var contents = message.contents();
        return FRAME + (contents == null ? 0 : contents.length());
    }
}
