package koine.message;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.Refused;
import koine.kernel.Text;
import org.jspecify.annotations.Nullable;

/// A message that has passed the checks that need no database.
///
/// @param fingerprint tells a retry under the same key from another message; 0 without a key
record Draft(
        AccountId author,
        ChatId chat,
        String contents,
        @Nullable String key,
        long fingerprint) {

    private static final Pattern KEY = Pattern.compile("[\\x20-\\x7e]{1,64}");

    /// Errors: `INVALID_REQUEST`.
    static Draft of(SendMessage order, int maxLength) {
        var contents = Text.required("contents", order.contents(), 1, maxLength);
        var key = order.key();
        if (key != null && !KEY.matcher(key).matches()) {
            throw Refused.invalid("key", "must have 1 to 64 printable ASCII characters");
        }
        return new Draft(order.author(), order.chat(), contents, key, key == null ? 0 : fingerprint(contents));
    }

    private static long fingerprint(String contents) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(contents.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(hash).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
