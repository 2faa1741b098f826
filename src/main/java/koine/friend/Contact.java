package koine.friend;

import koine.kernel.AccountId;
import org.jspecify.annotations.Nullable;

/// Somebody, as somebody else may see them.
///
/// @param email one's own, or that of a friend; null for all others
public record Contact(
        AccountId id, String username, @Nullable String email) {}
