package koine.limit;

import java.util.Locale;

/// What may be done only so often. The names are public: refused clients are told which limit it was.
public enum Limit {
    REGISTRATIONS,
    LOGINS,
    REFRESHES,
    SENDS,
    TYPING,
    SEARCHES,
    UPLOADS,
    FRIEND_REQUESTS,
    LOOKUPS,
    LETTERS,
    HANDSHAKES;

    /// As clients are told it, and as it stands in settings but for the `_`.
    public String publicName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
