package koine.protocol.phonechat;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the sockets send, under the names of the published document (in snake case).
sealed interface Outgoing {

    /// A message, or what became of one.
    ///
    /// @param message       what was said; or of what was said before, its timestamp
    /// @param sentTimestamp when the command was sent
    record Told(String message, String command, String msgFrom, String msgTo, String sentTimestamp)
            implements Outgoing {}

    record Typing(String command, String msgFrom, String msgTo, String sentTimestamp) implements Outgoing {

        Typing(String msgFrom, String msgTo, String sentTimestamp) {
            this("is_typing", msgFrom, msgTo, sentTimestamp);
        }
    }

    /// @param type the command that went wrong
    record Problem(String message, String command, String type, String msgFrom, String msgTo, String sentTimestamp)
            implements Outgoing {}

    /// One chunk of what somebody has not received.
    ///
    /// @param all `True` for the last one, `False` for the others
    record Fetched(String command, String all, List<Missed> messages) implements Outgoing {}

    /// @param pending who has not received it; null in private chats
    record Missed(
            String msgFrom,
            String msgTo,
            String message,
            String command,
            String sentTimestamp,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<String> pending) {}
}
