package koine.log;

import java.time.Instant;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.MessageId;
import koine.kernel.SessionId;
import org.jspecify.annotations.Nullable;

/// Something that connected clients should learn now and nobody later: it is not stored, has no position, and
/// may be lost. It reaches the connections of all servers.
public sealed interface Signal {

    /// A member has received and read its chat's messages up to these numbers. A newer one takes the place of
    /// an older.
    ///
    /// @param before where the marks stood; null if every message that this is about is told of by a
    ///               [MessageReceived] of its own
    record ReceiptMoved(
            ChatId chat,
            AccountId account,
            long deliveredSeq,
            long readSeq,
            @Nullable Before before) implements Signal {

        public record Before(long deliveredSeq, long readSeq) {}

        public ReceiptMoved(ChatId chat, AccountId account, long deliveredSeq, long readSeq) {
            this(chat, account, deliveredSeq, readSeq, null);
        }
    }

    /// A member has received, or read, this one message, and said so; for the message's author.
    ///
    /// @param account who has
    /// @param read    and not just received it
    /// @param saidAt  when that was, as the member's client put it
    record MessageReceived(
            ChatId chat, AccountId account, MessageId message, AccountId author, boolean read, String saidAt)
            implements Signal {}

    /// A member is writing.
    ///
    /// @param saidAt when that was, as the member's client put it; null if it did not
    record Typing(ChatId chat, AccountId account, @Nullable String saidAt) implements Signal {

        public Typing(ChatId chat, AccountId account) {
            this(chat, account, null);
        }
    }

    /// Somebody came or went.
    ///
    /// @param lastActive when they last came or went; null for somebody who never came
    record PresenceChanged(
            AccountId account, boolean online, @Nullable Instant lastActive) implements Signal {}

    /// A session was ended: its connections must be, too.
    record SessionEnded(AccountId account, SessionId session) implements Signal {}
}
