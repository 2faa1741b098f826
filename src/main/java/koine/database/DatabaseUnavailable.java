package koine.database;

import org.jspecify.annotations.Nullable;

/// The service can't start because it has no database. The message is one sentence for the person who starts
/// it: what is wrong, and which setting helps.
class DatabaseUnavailable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DatabaseUnavailable(String message) {
        this(message, null);
    }

    DatabaseUnavailable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
