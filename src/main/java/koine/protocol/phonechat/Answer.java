package koine.protocol.phonechat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the HTTP calls answer, in snake case.
sealed interface Answer {

    /// Of whatever has no answer of its own.
    record Detail(String detail) implements Answer {}

    /// @param message words, or what is wrong by field
    record Done(String info, Object message) implements Answer {

        static Done error(Object message) {
            return new Done("error", message);
        }
    }

    record Dialogue(String msgFrom, String msgTo, String info) implements Answer {}

    record DialogueDeleted(String msgFrom, String msgTo, String info, String message) implements Answer {}

    /// @param participants everybody in it, the longest-standing first
    /// @param admin        those of them who are its owners or admins
    record Group(
            @Nullable String name,
            @Nullable String key,
            String bio,
            List<String> participants,
            List<String> admin,
            String info)
            implements Answer {}

    /// What the other side of a dialogue last said; null for nothing.
    record LastSeen(
            @Nullable String lastReceivedReceiver, @Nullable String lastSeenReceiver, String info) implements Answer {}

    /// @param lastActive null for one who was never there
    record Active(String info, boolean active, @Nullable Instant lastActive) implements Answer {}

    /// Which calls there are, by their paths.
    record Index(Map<String, List<String>> calls) implements Answer {}
}
