package koine.log;

import java.time.Instant;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.MessageId;
import koine.kernel.MessageKind;
import org.jspecify.annotations.Nullable;

/// A message as the log holds it now.
///
/// @param seq       its number in its chat: 1, 2, 3, … without a gap
/// @param contents  null once it was deleted: then only this tombstone is left, without media and the like
/// @param media     the file it brings, of a message that is not of kind `TEXT`
/// @param replyTo   the message of the same chat that it answers
/// @param key       the send-once key, if it begins with `@`: by such a key clients of the author's protocol know
///                  the message, so it is told to all; other keys are its sender's alone
/// @param createdAt by the database's clock, like the other times; they rise with the id
public record Message(
        MessageId id,
        ChatId chat,
        AccountId author,
        long seq,
        MessageKind kind,
        @Nullable String contents,
        @Nullable Attachment media,
        @Nullable MessageId replyTo,
        @Nullable String key,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant editedAt,
        @Nullable Instant deletedAt) {

    /// One without a key that is told.
    public Message(
            MessageId id,
            ChatId chat,
            AccountId author,
            long seq,
            MessageKind kind,
            @Nullable String contents,
            @Nullable Attachment media,
            @Nullable MessageId replyTo,
            Instant createdAt,
            Instant updatedAt,
            @Nullable Instant editedAt,
            @Nullable Instant deletedAt) {
        this(id, chat, author, seq, kind, contents, media, replyTo, null, createdAt, updatedAt, editedAt, deletedAt);
    }

    /// What is told of a send-once key; null for nothing.
    public static @Nullable String toldOf(@Nullable String key) {
        return key != null && key.startsWith("@") ? key : null;
    }

    /// One of words only, that answers no other.
    public Message(
            MessageId id,
            ChatId chat,
            AccountId author,
            long seq,
            @Nullable String contents,
            Instant createdAt,
            Instant updatedAt,
            @Nullable Instant editedAt,
            @Nullable Instant deletedAt) {
        this(id, chat, author, seq, MessageKind.TEXT, contents, null, null, createdAt, updatedAt, editedAt, deletedAt);
    }
}
