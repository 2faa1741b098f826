package koine.log;

import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.MessageId;
import koine.kernel.MessageKind;
import org.jspecify.annotations.Nullable;

/// Reads a [Message] from a row that has the columns of the `message` table.
public final class MessageRow {

    private MessageRow() {}

    /// @param id the name under which the message's id stands in the row
    public static Message read(Readable row, String id) {
        return new Message(
                new MessageId(present(row.get(id, Long.class), id)),
                new ChatId(present(row.get("chat_id", Long.class), "chat_id")),
                new AccountId(present(row.get("author_id", Long.class), "author_id")),
                present(row.get("seq", Long.class), "seq"),
                kind(row.get("kind", String.class)),
                row.get("contents", String.class),
                media(row.get("media", String.class)),
                replyTo(row.get("reply_to", Long.class)),
                Message.toldOf(row.get("key", String.class)),
                present(time(row, "created_at"), "created_at"),
                present(time(row, "updated_at"), "updated_at"),
                time(row, "edited_at"),
                time(row, "deleted_at"));
    }

    /// Null stands for text: most messages are, and need no room for it.
    static MessageKind kind(@Nullable String kind) {
        return kind == null ? MessageKind.TEXT : MessageKind.valueOf(kind.toUpperCase(Locale.ROOT));
    }

    static @Nullable Attachment media(@Nullable String media) {
        return media == null ? null : AttachmentCodec.decode(media);
    }

    static @Nullable MessageId replyTo(@Nullable Long id) {
        return id == null ? null : new MessageId(id);
    }

    private static @Nullable Instant time(Readable row, String column) {
        var time = row.get(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    static <T> T present(@Nullable T value, String column) {
        if (value == null) {
            throw new IllegalStateException("no value in column " + column);
        }
        return value;
    }
}
