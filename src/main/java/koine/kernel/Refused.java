package koine.kernel;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An expected refusal: the caller did something that can't be done, and nothing was changed. It has no stack
/// trace, and its detail and field errors are written for the client.
public final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final transient Map<String, String> fields;
    private final transient @Nullable ChatId chat;

    private Refused(ErrorCode code, String detail, Map<String, String> fields, @Nullable ChatId chat) {
        super(detail, null, false, false);
        this.code = code;
        this.fields = fields;
        this.chat = chat;
    }

    public Refused(ErrorCode code, String detail) {
        this(code, detail, Map.of(), null);
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
}
