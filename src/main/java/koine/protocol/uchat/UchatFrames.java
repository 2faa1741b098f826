package koine.protocol.uchat;

import java.util.Objects;
import java.util.Optional;
import koine.delivery.Frame;
import koine.kernel.AccountId;
import koine.kernel.ChatType;
import koine.kernel.MessageKind;
import koine.log.Event;
import koine.log.Message;
import koine.log.Signal;
import koine.protocol.CursorlessFrames;
import koine.protocol.MediaView;
import koine.protocol.Timestamps;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Shows events as uchat knows them: messages and what becomes of them, and private rooms.
@Component
class UchatFrames implements CursorlessFrames {

    private final UchatCodec codec = new UchatCodec();

    /// A message that was deleted before it was shown is not shown at all. What becomes of messages and rooms is told
    /// to everybody in it, whoever's doing it was: to that one it is the answer.
    @Override
    public Optional<Frame> frameFor(Event event) {
        return switch (event) {
            case Event.MessageSent(var message) when message.deletedAt() != null -> Optional.empty();
            case Event.MessageSent(var message) -> Optional.of(new Frame(codec.write(read(message, null)), message));
            case Event.MessageEdited edited when edited.message().deletedAt() != null -> Optional.empty();
            case Event.MessageEdited edited -> frame(event, edited(edited.message()));
            case Event.MessageDeleted deleted ->
                frame(event, new Outgoing.MessageDeleted(deleted.id().value()));
            case Event.ChatCreated created when created.type() == ChatType.PRIVATE -> frame(event, created(created));
            case Event.ChatCreated _ -> Optional.empty(); // no frame: seen by the next `OLD_DIALOGS`
            case Event.ChatDeleted deleted ->
                frame(event, new Outgoing.RoomDeleted(deleted.chat().value()));
            case Event.ChatUpdated _ -> Optional.empty(); // no frame
            case Event.MemberJoined _, Event.MemberLeft _, Event.MemberChanged _ -> Optional.empty(); // no frames
            case Event.FriendRequested _, Event.FriendAccepted _, Event.FriendRemoved _ ->
                Optional.empty(); // no friends
            case Event.Notified _ -> Optional.empty(); // no notifications
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

    /// One's own messages are not shown, whatever device they come from, nor the rooms that one opens: who does so is
    /// answered.
    @Override
    public boolean isPersonal(Event event, AccountId reader) {
        return (event instanceof Event.MessageSent(var message)
                        && message.author().equals(reader))
                || (event instanceof Event.ChatCreated created
                        && created.participants().getFirst().id().equals(reader));
    }

    /// The frame of what is no event, an answer say.
    Frame encode(Outgoing outgoing) {
        return new Frame(codec.write(outgoing));
    }

    /// The frame of a message with what was left out.
    Frame withSender(Frame frame, String sender) {
        return frame.withBytes(codec.withSender(frame.bytes(), sender));
    }

    Command read(byte[] frame, boolean signedIn) {
        return codec.read(frame, signedIn);
    }

    private Optional<Frame> frame(Event event, Outgoing outgoing) {
        return Optional.of(new Frame(codec.write(outgoing), event.position()));
    }

    /// To whoever was not the one to open it.
    private static Outgoing created(Event.ChatCreated created) {
        return new Outgoing.RoomCreated(
                created.chat().value(), created.participants().getFirst().username());
    }

    /// @param sender null where that is still to be looked up
    static Outgoing.Read read(Message message, @Nullable String sender) {
        var file = message.media() == null ? null : MediaView.of(message.media());
        return new Outgoing.Read(
                "READ_MSG",
                Outgoing.OK,
                message.chat().value(),
                message.id().value(),
                type(message.kind()),
                shown(message, file),
                Timestamps.format(message.createdAt()),
                file == null ? null : file.fileName(),
                file == null ? null : file.contentType(),
                file == null ? null : file.size(),
                caption(message, file),
                sender);
    }

    private static Outgoing edited(Message message) {
        var file = message.media() == null ? null : MediaView.of(message.media());
        return new Outgoing.MessageEdited(message.id().value(), shown(message, file), caption(message, file));
    }

    /// A file stands in the place of words.
    private static String shown(Message message, @Nullable MediaView file) {
        return file == null ? words(message) : file.url();
    }

    private static @Nullable String caption(Message message, @Nullable MediaView file) {
        return file == null || words(message).isEmpty() ? null : words(message);
    }

    private static String words(Message message) {
        return Objects.requireNonNullElse(message.contents(), "");
    }

    private static Outgoing.MessageType type(MessageKind kind) {
        return switch (kind) {
            case TEXT -> Outgoing.MessageType.TEXT;
            case FILE -> Outgoing.MessageType.FILE;
            case IMAGE -> Outgoing.MessageType.IMAGE;
        };
    }
}
