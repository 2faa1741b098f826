package koine.bench.client;

/// Two who talk.
///
/// @param address where the sender sends to
public record Pair(Account sender, Account receiver, String address) {}
