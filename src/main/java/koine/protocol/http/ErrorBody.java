package koine.protocol.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.protocol.HttpStatuses;
import org.jspecify.annotations.Nullable;

/// Every error of the native HTTP API.
record ErrorBody(int statusCode, Details details) {

    /// @param errors what is wrong with which field; left out where no field is at fault
    /// @param chatId the chat that is there already, with `CHAT_EXISTS`
    /// @param limit  the name of the limit that was reached, with `TOO_MANY_REQUESTS`
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Details(
            ErrorCode code,
            String message,
            @Nullable Map<String, String> errors,
            @Nullable Long chatId,
            @Nullable String limit) {}

    static ErrorBody of(Refused refused) {
        var fields = refused.fields();
        var chat = refused.chat();
        return new ErrorBody(
                HttpStatuses.of(refused.code()).value(),
                new Details(
                        refused.code(),
                        refused.detail(),
                        fields.isEmpty() ? null : fields,
                        chat == null ? null : chat.value(),
                        refused.limit()));
    }
}
