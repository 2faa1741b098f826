package koine.bench.client;

/// Somebody who can sign in.
///
/// @param secret what they sign in with: a token or a password
public record Account(long id, String name, String secret) {}
