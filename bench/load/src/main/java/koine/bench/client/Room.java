package koine.bench.client;

import java.util.List;

/// Many who talk.
///
/// @param address where each of them sends to
public record Room(String address, List<Account> members) {}
