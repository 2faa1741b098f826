package koine.auth;

import java.time.Instant;
import koine.kernel.SessionId;
import org.jspecify.annotations.Nullable;

/// A signed-in device, as its owner may see it.
///
/// @param device     what it called itself; null if it gave no name
/// @param address    from where it signed in, or was last renewed
/// @param lastSeenAt when it was last in use, to the minute or so
public record Session(
        SessionId id, @Nullable String device, @Nullable String address, Instant createdAt, Instant lastSeenAt) {}
