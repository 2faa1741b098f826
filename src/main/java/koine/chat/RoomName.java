package koine.chat;

import koine.kernel.ChatType;
import koine.kernel.Refused;
import koine.kernel.Text;
import org.jspecify.annotations.Nullable;

/// The rules for the names of rooms, by which they are found.
final class RoomName {

    private RoomName() {}

    /// @throws Refused `INVALID_REQUEST`
    static String checked(@Nullable String text) {
        var name = Text.required("name", text, 1, ChangeChat.MAX_NAME);
        if (!name.equals(name.strip()) || name.codePoints().anyMatch(Character::isISOControl)) {
            throw Refused.invalid("name", "must not begin or end with white space, nor have control characters");
        }
        return name;
    }

    /// Under which no other room may be; null for what is no room.
    static @Nullable String keyOf(ChatType type, @Nullable String name) {
        return switch (type) {
            case ROOM -> name == null ? null : Text.key(name);
            case PRIVATE, GROUP -> null;
        };
    }
}
