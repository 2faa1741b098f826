package koine.kernel;

/// Names one chat.
public record ChatId(long value) {}
