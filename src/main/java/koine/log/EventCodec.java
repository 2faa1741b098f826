package koine.log;

import java.time.Instant;
import java.util.List;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.ChatType;
import koine.kernel.MessageId;
import koine.kernel.Role;
import koine.log.Event.ChatCreated;
import koine.log.Event.MessageDeleted;
import koine.log.Event.MessageEdited;
import koine.log.Event.MessageSent;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// How events other than messages are kept in the `event` table. What is written here is read back for as long
/// as the log is kept: add to it, never rename.
///
/// Of a message an event keeps only the id, as `message`: whoever reads the log gets the message as it is then.
final class EventCodec {

    private static final String MESSAGE_EDITED = "message.edited";
    private static final String MESSAGE_DELETED = "message.deleted";
    private static final String CHAT_CREATED = "chat.created";

    private final JsonMapper json = JsonMapper.shared();

    record Stored(String type, String payload) {}

    private record EditedPayload(long message) {}

    private record DeletedPayload(long id, long seq) {}

    private record ParticipantPayload(long id, String username, Role role) {}

    private record CreatedPayload(
            ChatType type,
            @Nullable String name,
            @Nullable String key,
            Instant createdAt,
            List<ParticipantPayload> participants) {}

    Stored encode(Event event) {
        return switch (event) {
            case MessageSent _ -> throw new IllegalArgumentException("a message is its own entry of the log");
            case MessageEdited edited ->
                stored(MESSAGE_EDITED, new EditedPayload(edited.message().id().value()));
            case MessageDeleted deleted ->
                stored(MESSAGE_DELETED, new DeletedPayload(deleted.id().value(), deleted.seq()));
            case ChatCreated created -> stored(CHAT_CREATED, payload(created));
        };
    }

    /// @param message the one that the event is about, as it is now
    /// @return null if the event can't be told any more, because its message is gone with its chat
    @Nullable
    Event decode(long position, ChatId chat, Stored stored, @Nullable Message message) {
        var payload = stored.payload();
        return switch (stored.type()) {
            case MESSAGE_EDITED -> message == null ? null : new MessageEdited(position, message);
            case MESSAGE_DELETED -> {
                var deleted = json.readValue(payload, DeletedPayload.class);
                yield new MessageDeleted(position, chat, new MessageId(deleted.id()), deleted.seq());
            }
            case CHAT_CREATED -> created(position, chat, json.readValue(payload, CreatedPayload.class));
            default -> throw new IllegalStateException("event " + position + " is of an unknown type: " + stored.type());
        };
    }

    private Stored stored(String type, Object payload) {
        return new Stored(type, json.writeValueAsString(payload));
    }

    private static CreatedPayload payload(ChatCreated created) {
        var participants = created.participants().stream()
                .map(p -> new ParticipantPayload(p.id().value(), p.username(), p.role()))
                .toList();
        return new CreatedPayload(created.type(), created.name(), created.key(), created.createdAt(), participants);
    }

    private static ChatCreated created(long position, ChatId chat, CreatedPayload payload) {
        var participants = payload.participants().stream()
                .map(p -> new Participant(new AccountId(p.id()), p.username(), p.role()))
                .toList();
        return new ChatCreated(
                position, chat, payload.type(), payload.name(), payload.key(), payload.createdAt(), participants);
    }
}
