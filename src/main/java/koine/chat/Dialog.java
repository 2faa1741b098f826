package koine.chat;

import koine.kernel.ChatId;
import koine.kernel.MessageId;
import org.jspecify.annotations.Nullable;

/// A chat by its title and its beginning.
///
/// @param title        of a private chat the name under which the other one is shown, otherwise the chat's
/// @param firstMessage the oldest that was not deleted; null for none
public record Dialog(ChatId id, String title, @Nullable MessageId firstMessage) {}
