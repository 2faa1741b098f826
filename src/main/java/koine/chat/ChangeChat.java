package koine.chat;

import koine.kernel.Refused;
import koine.kernel.Text;
import org.jspecify.annotations.Nullable;

/// A wish to change a group, unchecked. What is null stays as it is.
///
/// @param bio empty for none
public record ChangeChat(@Nullable String name, @Nullable String bio) {

    static final int MAX_NAME = 64;
    static final int MAX_BIO = 64;

    /// @throws Refused `INVALID_REQUEST`
    ChangeChat checked() {
        if (name == null && bio == null) {
            throw Refused.invalid("name", "or bio is required");
        }
        return new ChangeChat(
                name == null ? null : Text.required("name", name, 1, MAX_NAME),
                bio == null ? null : Text.required("bio", bio, 0, MAX_BIO));
    }

    @Nullable
    String nameOf(Chat chat) {
        return name == null ? chat.name() : name;
    }

    @Nullable
    String bioOf(Chat chat) {
        return bio == null ? chat.bio() : none(bio);
    }

    /// An empty text is none.
    static @Nullable String none(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
