package koine.log;

import java.time.Instant;
import java.util.List;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.ChatType;
import koine.kernel.MessageId;
import koine.kernel.NotificationType;
import org.jspecify.annotations.Nullable;

/// One entry of the log: a durable fact that clients must learn. Protocols encode it with an exhaustive
/// `switch`, so a new kind of event does not compile until each of them has answered it.
public sealed interface Event {

    /// Its place in the log. Positions rise by one from event to event, in the order of their commits.
    long position();

    /// It happened in a chat; its audience are that chat's members.
    sealed interface InChat extends Event {

        ChatId chat();
    }

    /// It happened to one account; its audience is that account alone, on all its devices. What happens to two
    /// is two events, each of which names the other.
    sealed interface ToAccount extends Event {

        AccountId account();
    }

    /// A message was stored. Read from the log later it shows the message as it is then, a tombstone included.
    record MessageSent(Message message) implements InChat {
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
    record MessageEdited(long position, Message message) implements InChat {
        @Override
        public ChatId chat() {
            return message.chat();
        }
    }

    /// A message's contents were removed for all.
    ///
    /// @param seq the deleted message's number in its chat
    /// @param by     who deleted it; null in events that were stored without it
    /// @param saidAt when that was, as its client put it; null if it did not
    record MessageDeleted(
            long position,
            ChatId chat,
            MessageId id,
            long seq,
            @Nullable AccountId by,
            @Nullable String saidAt) implements InChat {

        public MessageDeleted(long position, ChatId chat, MessageId id, long seq) {
            this(position, chat, id, seq, null, null);
        }
    }

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
            implements InChat {}

    /// A chat's name or bio was changed.
    ///
    /// @param snapshot the chat as it was then; of its last message what is left now
    record ChatUpdated(long position, ChatSnapshot snapshot) implements InChat {
        @Override
        public ChatId chat() {
            return snapshot.id();
        }
    }

    /// A chat was deleted, and with it everything in it. Its audience are those who were members until then;
    /// nobody is one after it.
    record ChatDeleted(long position, ChatId chat) implements InChat {}

    /// What happened to one member of a group. Its audience are the members at that position, that one among
    /// them: who came in sees events from this one on, who left sees none after this one.
    sealed interface OfMember extends InChat {

        /// The one it happened to, with the role that it has, or had when it left.
        Participant member();
    }

    /// Somebody was added to a group.
    ///
    /// @param togetherAt the position of the first of those who were added together
    /// @param snapshot   the group with all of these in it
    /// @param by         who added it; null for one who came by itself
    record MemberJoined(
            long position,
            Participant member,
            long togetherAt,
            ChatSnapshot snapshot,
            @Nullable Person by) implements OfMember {

        @Override
        public ChatId chat() {
            return snapshot.id();
        }
    }

    /// Somebody is no longer in a group.
    record MemberLeft(long position, ChatId chat, Participant member) implements OfMember {}

    /// A member's role was changed.
    record MemberChanged(long position, ChatId chat, Participant member) implements OfMember {}

    /// Somebody wants to be the account's friend.
    record FriendRequested(long position, AccountId account, Person other) implements ToAccount {}

    /// The account has a new friend.
    ///
    /// @param asked whether it was the account that had asked, and the other who accepted
    record FriendAccepted(long position, AccountId account, Person other, boolean asked) implements ToAccount {}

    /// Nothing is left between the account and somebody who was its friend, or of whom one had asked the other.
    record FriendRemoved(long position, AccountId account, Person other) implements ToAccount {}

    /// The account has blocked somebody, who is not told.
    record Blocked(long position, AccountId account, Person other) implements ToAccount {}

    /// The account no longer blocks somebody, who is not told.
    ///
    /// @param stillBlocked whether the other blocks the account all the same: no protocol may show that
    record Unblocked(long position, AccountId account, Person other, boolean stillBlocked) implements ToAccount {}

    /// The account was notified of something.
    ///
    /// @param from whose doing it was
    /// @param chat   the chat that it is about, if it is about one
    /// @param mutual whether what it tells holds the other way round as well: of a like only
    record Notified(
            long position,
            AccountId account,
            NotificationType type,
            Person from,
            @Nullable ChatId chat,
            boolean mutual,
            Instant createdAt)
            implements ToAccount {}
}
