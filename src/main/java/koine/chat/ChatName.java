package koine.chat;

import koine.kernel.ChatId;
import koine.kernel.ChatType;
import org.jspecify.annotations.Nullable;

/// What a chat is called, as protocols show it to those who are in it.
///
/// @param name null for a private chat
/// @param key  the 10 characters by which some protocols know a group; null for a private chat
public record ChatName(
        ChatId id,
        ChatType type,
        @Nullable String name,
        @Nullable String key) {}
