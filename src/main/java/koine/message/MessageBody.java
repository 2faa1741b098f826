package koine.message;

import koine.kernel.MediaId;
import koine.kernel.MessageId;
import koine.kernel.MessageKind;
import org.jspecify.annotations.Nullable;

/// What is to be said, unchecked.
///
/// @param media   the file that comes with it, one of the author's own
/// @param replyTo the message that it answers
public record MessageBody(
        MessageKind kind,
        @Nullable String contents,
        @Nullable MediaId media,
        @Nullable MessageId replyTo) {

    /// Words only, that answer nothing.
    public static MessageBody text(@Nullable String contents) {
        return new MessageBody(MessageKind.TEXT, contents, null, null);
    }
}
