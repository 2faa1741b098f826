package koine.log;

import java.time.Instant;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.MessageId;
import org.jspecify.annotations.Nullable;

/// A message as the log holds it now.
///
/// @param seq       its number in its chat: 1, 2, 3, … without a gap
/// @param contents  null once it was deleted: then only this tombstone is left
/// @param createdAt by the database's clock, like the other times; they rise with the id
public record Message(
        MessageId id,
        ChatId chat,
        AccountId author,
        long seq,
        @Nullable String contents,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant editedAt,
        @Nullable Instant deletedAt) {}
