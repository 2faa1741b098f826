package koine.kernel;

/// Names one message. Its value is the message's position in the log, so ids rise in commit order.
public record MessageId(long value) {}
