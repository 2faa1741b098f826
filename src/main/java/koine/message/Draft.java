package koine.message;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.MediaId;
import koine.kernel.MessageId;
import koine.kernel.MessageKind;
import koine.kernel.Refused;
import koine.kernel.Text;
import koine.log.Attachment;
import org.jspecify.annotations.Nullable;

/// A message that has passed the checks that need no database.
///
/// @param mediaId     the file that it shall bring
/// @param media       what is told of that file; null also if it was not found
/// @param fingerprint tells a retry under the same key from another message; 0 without a key
record Draft(
        AccountId author,
        ChatId chat,
        MessageKind kind,
        String contents,
        @Nullable MediaId mediaId,
        @Nullable Attachment media,
        @Nullable MessageId replyTo,
        @Nullable String key,
        long fingerprint) {

    private static final Pattern KEY = Pattern.compile("[\\x20-\\x7e]{1,64}");

    /// Words only, that answer nothing.
    Draft(AccountId author, ChatId chat, String contents, @Nullable String key, long fingerprint) {
        this(author, chat, MessageKind.TEXT, contents, null, null, null, key, fingerprint);
    }

    /// Errors: `INVALID_REQUEST`.
    static Draft of(SendMessage order, int maxLength) {
        var body = order.body();
        var contents = contents(body, maxLength);
        var key = order.key();
        if (key != null && !KEY.matcher(key).matches()) {
            throw Refused.invalid("key", "must have 1 to 64 printable ASCII characters");
        }
        return new Draft(
                order.author(),
                order.chat(),
                body.kind(),
                contents,
                body.media(),
                null,
                body.replyTo(),
                key,
                key == null ? 0 : fingerprint(body, contents));
    }

    /// The same with what was found out about its file.
    ///
    /// Errors: `INVALID_REQUEST` if it is no image and was said to be one.
    Draft with(Attachment file) {
        if (kind == MessageKind.IMAGE && !file.isImage()) {
            throw Refused.invalid("media_id", "is no image that every client can show; send it as a file");
        }
        return new Draft(author, chat, kind, contents, mediaId, file, replyTo, key, fingerprint);
    }

    /// Whether it is words only, and answers nothing.
    boolean isPlain() {
        return kind == MessageKind.TEXT && replyTo == null;
    }

    private static String contents(MessageBody body, int maxLength) {
        var contents = body.contents();
        return switch (body.kind()) {
            case TEXT -> {
                if (body.media() != null) {
                    throw Refused.invalid("media_id", "goes with the kinds file and image");
                }
                yield Text.required("contents", contents, 1, maxLength);
            }
            case FILE, IMAGE -> {
                if (body.media() == null) {
                    throw Refused.invalid("media_id", "is required");
                }
                yield contents == null ? "" : Text.required("contents", contents, 0, maxLength);
            }
        };
    }

    /// Contents have no NUL: so no contents look like other contents with something behind them.
    private static long fingerprint(MessageBody body, String contents) {
        var plain = body.kind() == MessageKind.TEXT && body.replyTo() == null;
        return fingerprint(plain ? contents : contents + "\0" + body.kind() + body.media() + body.replyTo());
    }

    private static long fingerprint(String text) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(hash).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
