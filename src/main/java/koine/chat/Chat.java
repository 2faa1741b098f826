package koine.chat;

import java.time.Instant;
import koine.kernel.ChatId;
import koine.kernel.ChatType;
import koine.log.Message;
import org.jspecify.annotations.Nullable;

/// A chat, as one of its members sees it in a list.
///
/// @param name        null for a private chat
/// @param bio         what its members say of it; null for nothing
/// @param key         the 10 characters by which some protocols know a group; null for a private chat
/// @param lastMessage the newest that was not deleted
/// @param lastSeq     the number of the newest message, deleted or not; 0 before the first
/// @param unread      how many messages are newer than the member's read mark
/// @param activeAt    when its newest message was sent, or it was made
public record Chat(
        ChatId id,
        ChatType type,
        @Nullable String name,
        @Nullable String bio,
        @Nullable String key,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Message lastMessage,
        long lastSeq,
        long unread,
        Instant activeAt) {}
