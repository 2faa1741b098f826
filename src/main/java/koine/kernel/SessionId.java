package koine.kernel;

/// Names one signed-in device of an account.
public record SessionId(long value) {}
