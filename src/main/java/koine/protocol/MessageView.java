package koine.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import koine.kernel.MessageKind;
import koine.log.Message;
import org.jspecify.annotations.Nullable;

/// A message in the native protocol; the published document's fields first.
///
/// @param kind    what the contents are; words, a file, or a picture
/// @param media   the file that goes with it, if any
/// @param replyTo the id of the message it answers, if any
public record MessageView(
        long id,
        Instant createdAt,
        Instant updatedAt,
        @Nullable String contents,
        long authorId,
        long chatId,
        long seq,
        Kind kind,
        @Nullable MediaView media,
        @Nullable Long replyTo,
        @Nullable Instant editedAt,
        @Nullable Instant deletedAt) {

    /// What the contents of a message are.
    public enum Kind {
        @JsonProperty("text")
        TEXT,
        @JsonProperty("file")
        FILE,
        @JsonProperty("image")
        IMAGE;

        static Kind of(MessageKind kind) {
            return switch (kind) {
                case TEXT -> TEXT;
                case FILE -> FILE;
                case IMAGE -> IMAGE;
            };
        }
    }

    public static MessageView of(Message message) {
        var media = message.media();
        var replyTo = message.replyTo();
        return new MessageView(
                message.id().value(),
                message.createdAt(),
                message.updatedAt(),
                message.contents(),
                message.author().value(),
                message.chat().value(),
                message.seq(),
                Kind.of(message.kind()),
                media == null ? null : MediaView.of(media),
                replyTo == null ? null : replyTo.value(),
                message.editedAt(),
                message.deletedAt());
    }
}
