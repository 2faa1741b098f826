package koine.log;

import java.time.Instant;
import java.util.List;
import koine.kernel.ChatId;
import koine.kernel.ChatType;
import koine.kernel.MessageId;
import org.jspecify.annotations.Nullable;

/// One entry of the log: a durable fact that clients must learn. Protocols encode it with an exhaustive
/// `switch`, so a new kind of event does not compile until each of them has answered it.
public sealed interface Event {

    /// Its place in the log. Positions rise by one from event to event, in the order of their commits.
    long position();

    /// The chat it happened in; its audience are that chat's members.
    ChatId chat();

    /// A message was stored. Read from the log later it shows the message as it is then, a tombstone included.
    record MessageSent(Message message) implements Event {
        @Override
        public long position() {
            return message.id().value();
        }

        @Override
        public ChatId chat() {
            return message.chat();
        }
    }

    /// A message's contents were changed by its author. Read from the log later it shows the message as it is
    /// then, a tombstone included.
    record MessageEdited(long position, Message message) implements Event {
        @Override
        public ChatId chat() {
            return message.chat();
        }
    }

    /// A message's contents were removed for all.
    ///
    /// @param seq the deleted message's number in its chat
    record MessageDeleted(long position, ChatId chat, MessageId id, long seq) implements Event {}

    /// A chat was made.
    ///
    /// @param name null for a private chat
    /// @param bio  what its members say of it; null for nothing
    /// @param key  the 10-character key by which some protocols know a group; null for a private chat
    record ChatCreated(
            long position,
            ChatId chat,
            ChatType type,
            @Nullable String name,
            @Nullable String bio,
            @Nullable String key,
            Instant createdAt,
            List<Participant> participants)
            implements Event {}

    /// A chat's name or bio was changed.
    ///
    /// @param snapshot the chat as it was then; of its last message what is left now
    record ChatUpdated(long position, ChatSnapshot snapshot) implements Event {
        @Override
        public ChatId chat() {
            return snapshot.id();
        }
    }

    /// A chat was deleted, and with it everything in it. Its audience are those who were members until then;
    /// nobody is one after it.
    record ChatDeleted(long position, ChatId chat) implements Event {}

    /// What happened to one member of a group. Its audience are the members at that position, that one among
    /// them: who came in sees events from this one on, who left sees none after this one.
    sealed interface OfMember extends Event {

        /// The one it happened to, with the role that it has, or had when it left.
        Participant member();
    }

    /// Somebody was added to a group.
    ///
    /// @param togetherAt the position of the first of those who were added together
    /// @param snapshot   the group with all of these in it
    record MemberJoined(long position, Participant member, long togetherAt, ChatSnapshot snapshot) implements OfMember {
        @Override
        public ChatId chat() {
            return snapshot.id();
        }
    }

    /// Somebody is no longer in a group.
    record MemberLeft(long position, ChatId chat, Participant member) implements OfMember {}

    /// A member's role was changed.
    record MemberChanged(long position, ChatId chat, Participant member) implements OfMember {}
}
