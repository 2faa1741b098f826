package koine.limit;

import java.util.Locale;

/// What there may be only so much of at a time. The names are public: refused clients are told which it was.
public enum Cap {
    CONNECTIONS,
    WAITING_SENDS;

    /// As clients are told it.
    public String publicName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
