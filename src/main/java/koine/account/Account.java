package koine.account;

import java.time.Instant;
import koine.kernel.AccountId;
import org.jspecify.annotations.Nullable;

/// An account, as its own holder may see it.
public record Account(
        AccountId id,
        Instant createdAt,
        Instant updatedAt,
        String username,
        @Nullable String email,
        @Nullable String bio,
        boolean emailConfirmed,
        @Nullable String phone) {}
