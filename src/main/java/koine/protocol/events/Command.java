package koine.protocol.events;

import java.util.List;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.Cursor;
import koine.kernel.MessageId;
import koine.message.MessageBody;
import org.jspecify.annotations.Nullable;

/// What a client of the event socket may ask for.
sealed interface Command {

    /// Any text by which the client knows the answer again; null if it gave none.
    @Nullable
    String ref();

    /// @param since null for 'from now'
    record Resume(@Nullable String ref, @Nullable Cursor since) implements Command {}

    record Send(
            @Nullable String ref,
            ChatId chat,
            MessageBody body,
            @Nullable String key) implements Command {}

    record Edit(
            @Nullable String ref, MessageId id, @Nullable String contents) implements Command {}

    record Delete(@Nullable String ref, MessageId id) implements Command {}

    record Ping(@Nullable String ref) implements Command {}

    /// The chat's messages up to the seq were received, or read.
    record Mark(@Nullable String ref, ChatId chat, long seq, boolean read) implements Command {}

    record Typing(@Nullable String ref, ChatId chat) implements Command {}

    /// @param users whose presence to send from now on
    record Watch(@Nullable String ref, List<AccountId> users) implements Command {}
}
