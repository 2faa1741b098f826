package koine.protocol;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import koine.chat.Chat;
import koine.chat.ChatDetails;
import koine.chat.Member;
import koine.kernel.Role;
import koine.log.ChatSnapshot;
import koine.log.Event.ChatCreated;
import koine.log.Event.ChatUpdated;
import koine.log.Event.MemberJoined;
import koine.log.Participant;
import org.jspecify.annotations.Nullable;

/// A chat in the native protocol; the published document's fields first.
///
/// @param unread null where it is told to many at once
public record ChatView(
        long id,
        Instant createdAt,
        Instant updatedAt,
        @Nullable String name,
        String type,
        @Nullable MessageView lastMessage,
        @Nullable Long unread,
        long lastSeq,
        @Nullable String key,
        @Nullable String bio) {

    public static ChatView of(Chat chat) {
        var last = chat.lastMessage();
        return new ChatView(
                chat.id().value(),
                chat.createdAt(),
                chat.updatedAt(),
                chat.name(),
                lower(chat.type()),
                last == null ? null : MessageView.of(last),
                chat.unread(),
                chat.lastSeq(),
                chat.key(),
                chat.bio());
    }

    /// A chat with those who are in it, whose place among the published document's fields is before ours.
    public record WithParticipants(
            long id,
            Instant createdAt,
            Instant updatedAt,
            @Nullable String name,
            String type,
            @Nullable MessageView lastMessage,
            List<ParticipantView> participants,
            @Nullable Long unread,
            long lastSeq,
            @Nullable String key,
            @Nullable String bio) {

        public static WithParticipants of(ChatDetails details) {
            return of(
                    ChatView.of(details.chat()),
                    details.members().stream().map(ParticipantView::of).toList());
        }

        /// As one finds it who has just come into it: nothing is unread.
        public static WithParticipants of(MemberJoined joined) {
            return of(joined.snapshot(), 0L);
        }

        /// As all of its members find it; what is unread differs for each, so it is left out.
        public static WithParticipants of(ChatUpdated updated) {
            return of(updated.snapshot(), null);
        }

        private static WithParticipants of(ChatSnapshot group, @Nullable Long unread) {
            var last = group.lastMessage();
            var chat = new ChatView(
                    group.id().value(),
                    group.createdAt(),
                    group.updatedAt(),
                    group.name(),
                    lower(group.type()),
                    last == null ? null : MessageView.of(last),
                    unread,
                    group.lastSeq(),
                    group.key(),
                    group.bio());
            return of(chat, group.members().stream().map(ParticipantView::of).toList());
        }

        /// As it was when it was made.
        public static WithParticipants of(ChatCreated created) {
            var chat = new ChatView(
                    created.chat().value(),
                    created.createdAt(),
                    created.createdAt(),
                    created.name(),
                    lower(created.type()),
                    null,
                    0L,
                    0,
                    created.key(),
                    created.bio());
            return of(
                    chat,
                    created.participants().stream().map(ParticipantView::of).toList());
        }

        private static WithParticipants of(ChatView chat, List<ParticipantView> participants) {
            return new WithParticipants(
                    chat.id(),
                    chat.createdAt(),
                    chat.updatedAt(),
                    chat.name(),
                    chat.type(),
                    chat.lastMessage(),
                    participants,
                    chat.unread(),
                    chat.lastSeq(),
                    chat.key(),
                    chat.bio());
        }
    }

    /// A role as the native protocol names it.
    public static String roleName(Role role) {
        return lower(role);
    }

    /// Somebody in a chat.
    ///
    /// @param delivered the seq up to which the messages have reached them
    /// @param read      the seq up to which they have read
    public record ParticipantView(long id, String username, String role, long delivered, long read) {

        static ParticipantView of(Member member) {
            return new ParticipantView(
                    member.id().value(),
                    member.username(),
                    lower(member.role()),
                    member.deliveredSeq(),
                    member.readSeq());
        }

        static ParticipantView of(ChatSnapshot.Standing standing) {
            var member = standing.member();
            return new ParticipantView(
                    member.id().value(),
                    member.username(),
                    lower(member.role()),
                    standing.deliveredSeq(),
                    standing.readSeq());
        }

        static ParticipantView of(Participant participant) {
            return new ParticipantView(
                    participant.id().value(), participant.username(), lower(participant.role()), 0, 0);
        }
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
