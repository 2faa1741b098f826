package koine.protocol.bridge;

import koine.testing.Api;
import org.jspecify.annotations.Nullable;

/// Somebody in the conversation.
///
/// @param phone their number; null if they have none
record Person(Api.User user, @Nullable String phone) {

    long id() {
        return user.id();
    }

    String name() {
        return user.username();
    }

    String token() {
        return user.token();
    }

    /// As clients of phonechat know them.
    String number() {
        return phone == null ? "user-" + id() : phone;
    }
}
