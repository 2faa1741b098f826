package koine.chat;

import koine.kernel.ChatId;
import org.jspecify.annotations.Nullable;

/// A room, as everybody may see it.
///
/// @param bio     null for none
/// @param members how many are in it
public record Room(ChatId id, String name, @Nullable String bio, int members) {}
