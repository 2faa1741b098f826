package koine.log;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.ChatType;
import koine.kernel.MessageId;
import koine.kernel.Role;
import koine.log.ChatSnapshot.Standing;
import koine.log.Event.ChatCreated;
import koine.log.Event.ChatDeleted;
import koine.log.Event.ChatUpdated;
import koine.log.Event.InChat;
import koine.log.Event.MemberChanged;
import koine.log.Event.MemberJoined;
import koine.log.Event.MemberLeft;
import koine.log.Event.MessageDeleted;
import koine.log.Event.MessageEdited;
import koine.log.Event.MessageSent;
import koine.log.EventCodec.Besides;
import koine.log.EventCodec.Stored;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// How what happens in chats is kept in the `event` table.
///
/// Of a message an event keeps only the id, as `message`: whoever reads the log gets the message as it is then.
/// Of those who were added to a group together only the first event keeps the group, as `group`, and each keeps
/// that event's position, as `togetherAt`. A change of a chat keeps it in the same way.
final class ChatEventCodec {

    private static final String MESSAGE_EDITED = "message.edited";
    private static final String MESSAGE_DELETED = "message.deleted";
    private static final String CHAT_CREATED = "chat.created";
    private static final String CHAT_UPDATED = "chat.updated";
    private static final String CHAT_DELETED = "chat.deleted";
    private static final String MEMBER_JOINED = "member.joined";
    private static final String MEMBER_LEFT = "member.left";
    private static final String MEMBER_CHANGED = "member.changed";

    private final JsonMapper json = JsonMapper.shared();

    private record EditedPayload(long message) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record DeletedPayload(
            long id, long seq, @Nullable Long by, @Nullable String saidAt) {

        static DeletedPayload of(MessageDeleted deleted) {
            var by = deleted.by();
            return new DeletedPayload(
                    deleted.id().value(), deleted.seq(), by == null ? null : by.value(), deleted.saidAt());
        }

        MessageDeleted event(long position, ChatId chat) {
            return new MessageDeleted(
                    position, chat, new MessageId(id), seq, by == null ? null : new AccountId(by), saidAt);
        }
    }

    private record ParticipantPayload(long id, String username, Role role) {}

    private record CreatedPayload(
            ChatType type,
            @Nullable String name,
            @Nullable String bio,
            @Nullable String key,
            Instant createdAt,
            List<ParticipantPayload> participants) {}

    private record NothingPayload() {}

    private record MemberPayload(ParticipantPayload member) {}

    private record StandingPayload(ParticipantPayload member, long delivered, long read) {}

    private record GroupPayload(
            ChatType type,
            @Nullable String name,
            @Nullable String bio,
            @Nullable String key,
            Instant createdAt,
            Instant updatedAt,
            long lastSeq,
            List<StandingPayload> members) {}

    /// @param message the id of the group's last message
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record JoinedPayload(
            ParticipantPayload member,
            long togetherAt,
            @Nullable Long message,
            @Nullable GroupPayload group,
            @Nullable PersonPayload by) {}

    /// @param togetherAt the event's own position, where `group` is found
    /// @param message    the id of the chat's last message
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record UpdatedPayload(long togetherAt, @Nullable Long message, GroupPayload group) {}

    Stored encode(InChat event) {
        return switch (event) {
            case MessageSent _ -> throw new IllegalArgumentException("a message is its own entry of the log");
            case MessageEdited edited ->
                Stored.of(
                        MESSAGE_EDITED, new EditedPayload(edited.message().id().value()));
            case MessageDeleted deleted -> Stored.of(MESSAGE_DELETED, DeletedPayload.of(deleted));
            case ChatCreated created -> Stored.of(CHAT_CREATED, payload(created));
            case ChatUpdated updated -> Stored.of(CHAT_UPDATED, payload(updated));
            case ChatDeleted _ -> Stored.of(CHAT_DELETED, new NothingPayload());
            case MemberJoined joined -> Stored.of(MEMBER_JOINED, payload(joined));
            case MemberLeft left -> Stored.of(MEMBER_LEFT, new MemberPayload(payload(left.member())));
            case MemberChanged changed -> Stored.of(MEMBER_CHANGED, new MemberPayload(payload(changed.member())));
        };
    }

    /// @return null if the event can't be told any more, because its message is gone with its chat
    @Nullable
    Event decode(long position, ChatId chat, Stored stored, Besides besides) {
        var payload = stored.payload();
        var message = besides.message();
        return switch (stored.type()) {
            case MESSAGE_EDITED -> message == null ? null : new MessageEdited(position, message);
            case MESSAGE_DELETED ->
                json.readValue(payload, DeletedPayload.class).event(position, chat);
            case CHAT_CREATED -> created(position, chat, json.readValue(payload, CreatedPayload.class));
            case CHAT_UPDATED -> new ChatUpdated(position, snapshot(chat, besides.group(), besides.message()));
            case CHAT_DELETED -> new ChatDeleted(position, chat);
            case MEMBER_JOINED -> joined(position, chat, json.readValue(payload, JoinedPayload.class), besides);
            case MEMBER_LEFT -> new MemberLeft(position, chat, member(payload));
            case MEMBER_CHANGED -> new MemberChanged(position, chat, member(payload));
            default ->
                throw new IllegalStateException("event " + position + " is of an unknown type: " + stored.type());
        };
    }

    private static CreatedPayload payload(ChatCreated created) {
        var participants =
                created.participants().stream().map(ChatEventCodec::payload).toList();
        return new CreatedPayload(
                created.type(), created.name(), created.bio(), created.key(), created.createdAt(), participants);
    }

    private static ChatCreated created(long position, ChatId chat, CreatedPayload payload) {
        var participants =
                payload.participants().stream().map(ChatEventCodec::participant).toList();
        return new ChatCreated(
                position,
                chat,
                payload.type(),
                payload.name(),
                payload.bio(),
                payload.key(),
                payload.createdAt(),
                participants);
    }

    private static ParticipantPayload payload(Participant participant) {
        return new ParticipantPayload(participant.id().value(), participant.username(), participant.role());
    }

    private static Participant participant(ParticipantPayload payload) {
        return new Participant(new AccountId(payload.id()), payload.username(), payload.role());
    }

    private Participant member(String payload) {
        return participant(json.readValue(payload, MemberPayload.class).member());
    }

    private static UpdatedPayload payload(ChatUpdated updated) {
        return new UpdatedPayload(updated.position(), lastMessage(updated.snapshot()), payload(updated.snapshot()));
    }

    private static @Nullable Long lastMessage(ChatSnapshot chat) {
        var last = chat.lastMessage();
        return last == null ? null : last.id().value();
    }

    private static JoinedPayload payload(MemberJoined joined) {
        return new JoinedPayload(
                payload(joined.member()),
                joined.togetherAt(),
                lastMessage(joined.snapshot()),
                joined.position() == joined.togetherAt() ? payload(joined.snapshot()) : null,
                joined.by() == null ? null : PersonPayload.of(joined.by()));
    }

    private static GroupPayload payload(ChatSnapshot group) {
        var members = group.members().stream()
                .map(one -> new StandingPayload(payload(one.member()), one.deliveredSeq(), one.readSeq()))
                .toList();
        return new GroupPayload(
                group.type(),
                group.name(),
                group.bio(),
                group.key(),
                group.createdAt(),
                group.updatedAt(),
                group.lastSeq(),
                members);
    }

    private MemberJoined joined(long position, ChatId chat, JoinedPayload payload, Besides besides) {
        var group = besides.groups()
                .computeIfAbsent(payload.togetherAt(), _ -> snapshot(chat, besides.group(), besides.message()));
        var by = payload.by() == null ? null : payload.by().person();
        return new MemberJoined(position, participant(payload.member()), payload.togetherAt(), group, by);
    }

    private ChatSnapshot snapshot(ChatId chat, @Nullable String text, @Nullable Message last) {
        var group = json.readValue(MessageRow.present(text, "group"), GroupPayload.class);
        var members = group.members().stream()
                .map(one -> new Standing(participant(one.member()), one.delivered(), one.read()))
                .toList();
        return new ChatSnapshot(
                chat,
                group.type(),
                group.name(),
                group.bio(),
                group.key(),
                group.createdAt(),
                group.updatedAt(),
                group.lastSeq(),
                last == null || last.deletedAt() != null ? null : last,
                members);
    }
}
