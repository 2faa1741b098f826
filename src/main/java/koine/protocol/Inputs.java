package koine.protocol;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ValueRange;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.MediaId;
import koine.kernel.MessageId;
import koine.kernel.MessageKind;
import koine.kernel.Refused;
import koine.kernel.Retention;
import koine.kernel.Role;
import koine.message.MessageBody;
import org.jspecify.annotations.Nullable;

/// Reads ids, cursors and limits as they stand in paths, queries and bodies. All of them refuse with
/// `INVALID_REQUEST` and name the field.
public final class Inputs {

    private static final Pattern POSITIVE = Pattern.compile("[1-9][0-9]{0,17}");

    /// Those that we may have given out; the database could not compare with every year that can be written.
    private static final ValueRange YEARS = ValueRange.of(1, 9_999);

    private Inputs() {}

    public static ChatId chatId(String text) {
        return new ChatId(positive("id", text));
    }

    public static MessageId messageId(String text) {
        return new MessageId(positive("id", text));
    }

    public static MediaId mediaId(String text) {
        return new MediaId(positive("id", text));
    }

    public static AccountId accountId(String text) {
        return new AccountId(positive("user_id", text));
    }

    public static AccountId accountId(String field, @Nullable Long value) {
        if (value == null || value <= 0) {
            throw Refused.invalid(field, "must be the id of a user");
        }
        return new AccountId(value);
    }

    public static List<AccountId> accountIds(String field, @Nullable List<@Nullable Long> values) {
        if (values == null) {
            throw Refused.invalid(field, "is required");
        }
        return values.stream().map(value -> accountId(field, value)).toList();
    }

    /// What is to be said, as it stands in a call's body or a command: the kind is text unless it is given.
    public static MessageBody messageBody(
            @Nullable String kind, @Nullable String contents, @Nullable Long mediaId, @Nullable Long replyTo) {
        return new MessageBody(
                kind(kind),
                contents,
                mediaId == null ? null : new MediaId(positive("media_id", mediaId)),
                replyTo == null ? null : new MessageId(positive("reply_to", replyTo)));
    }

    private static MessageKind kind(@Nullable String text) {
        return switch (text) {
            case null -> MessageKind.TEXT;
            case "text" -> MessageKind.TEXT;
            case "file" -> MessageKind.FILE;
            case "image" -> MessageKind.IMAGE;
            default -> throw Refused.invalid("kind", "must be text, file or image");
        };
    }

    /// A role as [ChatView] shows it.
    public static Role role(@Nullable String text) {
        return Stream.of(Role.values())
                .filter(role -> ChatView.roleName(role).equals(text))
                .findFirst()
                .orElseThrow(() -> Refused.invalid("role", "must be owner, admin or member"));
    }

    /// @param text null for the default
    public static Retention retention(@Nullable String text) {
        return switch (text) {
            case null -> Retention.KEEP;
            case "keep" -> Retention.KEEP;
            case "until_delivered" -> Retention.UNTIL_DELIVERED;
            default -> throw Refused.invalid("retention", "must be keep or until_delivered");
        };
    }

    /// @param text null or empty for the default
    public static int limit(@Nullable String text, int byDefault, int max) {
        return text == null || text.isEmpty() ? byDefault : (int) Math.min(positive("limit", text), max);
    }

    /// A message's id as a cursor; 0 is before the first.
    public static long messageCursor(String field, String text) {
        return text.equals("0") ? 0 : positive(field, text);
    }

    /// Somebody's id as a cursor; 0 is before the first.
    public static long personCursor(@Nullable String text) {
        return text == null || text.isEmpty() || text.equals("0") ? 0 : positive("cursor", text);
    }

    public static long notificationId(String field, @Nullable Long value) {
        if (value == null || value <= 0) {
            throw Refused.invalid(field, "must be the id of a notification");
        }
        return value;
    }

    /// @param text null or empty for all
    public static long notificationsBefore(@Nullable String text) {
        return text == null || text.isEmpty() ? Long.MAX_VALUE : positive("before", text);
    }

    /// A time as we show it. In a query a `+` that was not encoded arrives as a space: it is taken as meant.
    public static Instant timeCursor(String text) {
        try {
            var time = OffsetDateTime.parse(text.replace(' ', '+'));
            if (YEARS.isValidValue(time.getYear())) {
                return time.toInstant();
            }
        } catch (DateTimeException _) { // refused below
        }
        throw Refused.invalid("cursor", "must be the time that was given as next");
    }

    private static long positive(String field, long value) {
        if (value <= 0) {
            throw Refused.invalid(field, "must be a positive whole number");
        }
        return value;
    }

    /// An id of another kind.
    public static long positive(String field, String text) {
        if (!POSITIVE.matcher(text).matches()) {
            throw Refused.invalid(field, "must be a positive whole number");
        }
        return Long.parseLong(text);
    }
}
