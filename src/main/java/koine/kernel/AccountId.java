package koine.kernel;

/// Names one account, for ever.
public record AccountId(long value) {}
