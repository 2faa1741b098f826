package koine.message;

import koine.kernel.AccountId;
import koine.kernel.ChatId;
import org.jspecify.annotations.Nullable;

/// A wish to send, unchecked.
///
/// @param key chosen by the client, so that a retried send is the same message and not a second one
public record SendMessage(
        AccountId author,
        ChatId chat,
        MessageBody body,
        @Nullable String key) {

    /// Words only, that answer nothing.
    public SendMessage(AccountId author, ChatId chat, @Nullable String contents, @Nullable String key) {
        this(author, chat, MessageBody.text(contents), key);
    }
}
