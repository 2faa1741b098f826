package koine.kernel;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An expected refusal: the caller did something that can't be done, and nothing was changed. It has no stack
/// trace, and its detail and field errors are written for the client.
public final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final transient Map<String, String> fields;
    private final transient @Nullable ChatId chat;

    private final @Nullable String limit;
    private final @Nullable Duration retryAfter;

    private Refused(ErrorCode code, String detail, Map<String, String> fields, @Nullable ChatId chat) {
        super(detail, null, false, false);
        this.code = code;
        this.fields = fields;
        this.chat = chat;
        this.limit = null;
        this.retryAfter = null;
    }

    private Refused(String limit, Duration wait) {
        super("too many " + limit + "; wait " + seconds(wait) + " s", null, false, false);
        this.code = ErrorCode.TOO_MANY_REQUESTS;
        this.fields = Map.of();
        this.chat = null;
        this.limit = limit;
        this.retryAfter = Duration.ofSeconds(seconds(wait));
    }

    public Refused(ErrorCode code, String detail) {
        this(code, detail, Map.of(), null);
    }

    /// As much was done as a limit allows.
    ///
    /// @param limit its public name
    /// @param wait  after which time more may be done; whole seconds are made of it
    public static Refused tooMany(String limit, Duration wait) {
        return new Refused(limit, wait);
    }

    /// @param fields what is wrong, by the name of the field at fault
    public Refused(ErrorCode code, String detail, Map<String, String> fields) {
        this(code, detail, Map.copyOf(fields), null);
    }

    /// One field of the request can't be used.
    public static Refused invalid(String field, String problem) {
        return new Refused(ErrorCode.INVALID_REQUEST, field + ": " + problem, Map.of(field, problem));
    }

    /// The chat that was to be made is there already.
    public static Refused chatExists(ChatId chat) {
        return new Refused(ErrorCode.CHAT_EXISTS, "a chat between you two exists already", Map.of(), chat);
    }

    /// One of the two does not want to hear of the other.
    public static Refused blocked() {
        return new Refused(ErrorCode.BLOCKED, "there is a block between you two");
    }

    public ErrorCode code() {
        return code;
    }

    /// What is wrong, in words for the client.
    public String detail() {
        return String.valueOf(getMessage());
    }

    /// The fields at fault and what is wrong with each; empty where no field is.
    public Map<String, String> fields() {
        return fields;
    }

    /// The chat that stands in the way, with `CHAT_EXISTS`.
    public @Nullable ChatId chat() {
        return chat;
    }

    /// The name of the limit that was reached, with `TOO_MANY_REQUESTS`; null if it has none.
    public @Nullable String limit() {
        return limit;
    }

    /// For how long to wait, in whole seconds; null if that is not known.
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    private static long seconds(Duration wait) {
        return Math.max(1, wait.plusNanos(999_999_999).toSeconds());
    }
}
