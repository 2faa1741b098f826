package koine.account;

import koine.kernel.AccountId;
import org.jspecify.annotations.Nullable;

/// An account, as everybody may see it.
public record Profile(
        AccountId id, String username, @Nullable String bio) {}
