package koine.log;

import koine.kernel.AccountId;

/// Somebody, as the log tells of them.
public record Person(AccountId id, String username) {}
