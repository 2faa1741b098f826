package koine.account;

import org.jspecify.annotations.Nullable;

/// A wish for an account. The fields are as a stranger gave them, unchecked.
public record Register(
        @Nullable String username,
        @Nullable String email,
        @Nullable String password,
        @Nullable String phone) {

    /// Without the password, so that it can't get into a log.
    @Override
    public String toString() {
        return "Register[username=" + username + "]";
    }
}
