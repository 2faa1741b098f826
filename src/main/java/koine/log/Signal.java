package koine.log;

import java.time.Instant;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.SessionId;
import org.jspecify.annotations.Nullable;

/// Something that connected clients should learn now and nobody later: it is not stored, has no position, and
/// may be lost. It reaches the connections of all servers.
public sealed interface Signal {

    /// A member has received and read its chat's messages up to these numbers. A newer one takes the place of
    /// an older.
    record ReceiptMoved(ChatId chat, AccountId account, long deliveredSeq, long readSeq) implements Signal {}

    /// A member is writing.
    record Typing(ChatId chat, AccountId account) implements Signal {}

    /// Somebody came or went.
    ///
    /// @param lastActive when they last came or went; null for somebody who never came
    record PresenceChanged(
            AccountId account, boolean online, @Nullable Instant lastActive) implements Signal {}

    /// A session was ended: its connections must be, too.
    record SessionEnded(AccountId account, SessionId session) implements Signal {}
}
