package koine.protocol.reference;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What the code can't say of sockets and streams, as it stands in `reference/events.yaml`.
///
/// @param fields   fields of commands, by `<channel>.<name>` or by name; besides those of [Words]
/// @param channels sockets and streams, in the order in which they are shown
record EventWords(Map<String, Words.Field> fields, Map<String, Channel> channels) {

    /// @param address  the path
    /// @param says     what it is for, in one line
    /// @param more     the rest, in Markdown
    /// @param tag      the field that says what a frame is; null where that is told in another way
    /// @param closes   whether it is closed with the codes of all protocols
    /// @param sends    what the server sends, by schema
    /// @param commands what clients may ask for
    record Channel(
            String address,
            String says,
            String more,
            @Nullable String tag,
            boolean closes,
            Map<String, String> sends,
            @Nullable Map<String, Command> commands) {

        Map<String, Command> asked() {
            return commands == null ? Map.of() : commands;
        }
    }

    /// @param answers what it is answered with, by schema; nothing if it is null
    /// @param example one that a test sends; without its tag
    record Command(
            String says,
            Words.@Nullable Form fields,
            @Nullable List<String> answers,
            @Nullable JsonNode example) {}
}
