package koine.log;

import java.time.Instant;
import java.util.List;
import koine.kernel.ChatId;
import koine.kernel.ChatType;
import org.jspecify.annotations.Nullable;

/// A chat as its members find it at one position.
///
/// @param name        null for a private chat
/// @param bio         what its members say of it; null for nothing
/// @param key         the 10-character key by which some protocols know a group; null for a private chat
/// @param lastSeq     the number of its newest message, deleted or not; 0 before the first
/// @param lastMessage the newest that was not deleted, as it is now; null if it has been deleted since
/// @param members     the longest-standing first
public record ChatSnapshot(
        ChatId id,
        ChatType type,
        @Nullable String name,
        @Nullable String bio,
        @Nullable String key,
        Instant createdAt,
        Instant updatedAt,
        long lastSeq,
        @Nullable Message lastMessage,
        List<Standing> members) {

    /// A member and its marks.
    ///
    /// @param deliveredSeq the member has received all messages up to this one
    /// @param readSeq      the member has read all messages up to this one
    public record Standing(Participant member, long deliveredSeq, long readSeq) {}
}
