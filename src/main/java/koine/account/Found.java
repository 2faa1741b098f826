package koine.account;

import koine.kernel.AccountId;

/// Somebody who was looked for.
public record Found(AccountId id, String username) {}
