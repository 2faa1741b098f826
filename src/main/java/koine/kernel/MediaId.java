package koine.kernel;

/// Names one uploaded file.
public record MediaId(long value) {}
