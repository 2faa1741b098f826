package koine.protocol.events;

import java.util.Optional;
import koine.delivery.EventFrames;
import koine.delivery.Frame;
import koine.kernel.Cursor;
import koine.log.Event;
import koine.log.Log;
import koine.log.Person;
import koine.log.Signal;
import koine.log.Signal.PresenceChanged;
import koine.log.Signal.ReceiptMoved;
import koine.log.Signal.SessionEnded;
import koine.log.Signal.Typing;
import koine.protocol.ChatView;
import koine.protocol.MessageView;
import koine.protocol.NotificationView;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/// Encodes what the event socket sends.
@Component
class NativeFrames implements EventFrames {

    private final Log log;
    private final ObjectWriter json;
    private final Resets resets;

    NativeFrames(Log log, JsonMapper json, Resets resets) {
        this.log = log;
        this.resets = resets;
        this.json = json.writerFor(Outgoing.class);
    }

    /// A message that was deleted before its event is sent is known only by its deletion, which has an event of
    /// its own.
    @Override
    public Optional<Frame> frameFor(Event event) {
        return switch (event) {
            case Event.MessageSent(var message) when message.deletedAt() != null -> Optional.empty();
            case Event.MessageEdited edited when edited.message().deletedAt() != null -> Optional.empty();
            case Event.MessageSent(var message) ->
                frame(
                        event,
                        new Outgoing.Message(
                                cursor(event), message.chat().value(), message.seq(), MessageView.of(message)));
            case Event.MessageEdited edited ->
                frame(
                        event,
                        new Outgoing.MessageEdited(
                                cursor(event),
                                edited.chat().value(),
                                edited.message().seq(),
                                MessageView.of(edited.message())));
            case Event.MessageDeleted deleted ->
                frame(
                        event,
                        new Outgoing.MessageDeleted(
                                cursor(event),
                                deleted.chat().value(),
                                deleted.seq(),
                                deleted.id().value()));
            case Event.ChatCreated created ->
                frame(event, new Outgoing.ChatCreated(cursor(event), ChatView.WithParticipants.of(created)));
            case Event.ChatUpdated updated ->
                frame(event, new Outgoing.ChatUpdated(cursor(event), ChatView.WithParticipants.of(updated)));
            case Event.ChatDeleted deleted ->
                frame(
                        event,
                        new Outgoing.ChatDeleted(cursor(event), deleted.chat().value()));
            case Event.MemberJoined joined -> frame(event, new Outgoing.MemberJoined(change(joined)));
            case Event.MemberLeft left -> frame(event, new Outgoing.MemberLeft(change(left)));
            case Event.MemberChanged changed -> frame(event, new Outgoing.MemberChanged(change(changed)));
            case Event.FriendRequested requested ->
                frame(event, new Outgoing.FriendRequested(cursor(event), user(requested.other())));
            case Event.FriendAccepted accepted ->
                frame(event, new Outgoing.FriendAccepted(cursor(event), user(accepted.other())));
            case Event.FriendRemoved removed ->
                frame(event, new Outgoing.FriendRemoved(cursor(event), user(removed.other())));
            case Event.Notified notified ->
                frame(event, new Outgoing.Notification(cursor(event), NotificationView.of(notified)));
            case Event.Blocked _, Event.Unblocked _ -> Optional.empty(); // for the servers, not for clients
        };
    }

    @Override
    public Optional<Frame> frameForSubject(Event.OfMember event) {
        return switch (event) {
            case Event.MemberJoined joined ->
                frame(event, new Outgoing.ChatJoined(cursor(event), ChatView.WithParticipants.of(joined)));
            case Event.MemberLeft left ->
                frame(event, new Outgoing.ChatLeft(cursor(event), left.chat().value()));
            case Event.MemberChanged changed -> frameFor(changed);
        };
    }

    @Override
    public Optional<Frame> frameFor(Signal signal) {
        return switch (signal) {
            case ReceiptMoved moved ->
                Optional.of(encode(new Outgoing.Receipt(
                        moved.chat().value(), moved.account().value(), moved.deliveredSeq(), moved.readSeq())));
            case Typing typing ->
                Optional.of(encode(new Outgoing.Typing(
                        typing.chat().value(), typing.account().value())));
            case PresenceChanged changed ->
                Optional.of(encode(
                        new Outgoing.Presence(changed.account().value(), changed.online(), changed.lastActive())));
            case Signal.MessageReceived _ -> Optional.empty(); // marks are told by ReceiptMoved
            case SessionEnded _ -> Optional.empty(); // told by the close code
        };
    }

    @Override
    public Optional<Frame> heartbeatAt(long position) {
        var heartbeat = new Outgoing.Heartbeat(log.cursorAt(position).toString());
        return Optional.of(new Frame(json.writeValueAsBytes(heartbeat), position));
    }

    /// The frame of what is no event, an answer say.
    Frame encode(Outgoing outgoing) {
        return new Frame(json.writeValueAsBytes(outgoing));
    }

    /// All that was missed has been sent.
    Frame synced(@Nullable String ref, Cursor cursor) {
        return new Frame(json.writeValueAsBytes(new Outgoing.Synced(ref, cursor.toString())), cursor.position());
    }

    /// What was missed can't be told: the client loads its first screen anew and goes on from the cursor.
    Frame reset(@Nullable String ref, Cursor cursor) {
        resets.note();
        return new Frame(json.writeValueAsBytes(new Outgoing.Reset(ref, cursor.toString())), cursor.position());
    }

    private Optional<Frame> frame(Event event, Outgoing outgoing) {
        return Optional.of(new Frame(json.writeValueAsBytes(outgoing), event.position()));
    }

    private Outgoing.MemberChange change(Event.OfMember event) {
        var member = event.member();
        return new Outgoing.MemberChange(
                cursor(event),
                event.chat().value(),
                new Outgoing.User(member.id().value(), member.username()),
                ChatView.roleName(member.role()));
    }

    private static Outgoing.User user(Person person) {
        return new Outgoing.User(person.id().value(), person.username());
    }

    private String cursor(Event event) {
        return log.cursorAt(event.position()).toString();
    }
}
