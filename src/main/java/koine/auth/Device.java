package koine.auth;

import org.jspecify.annotations.Nullable;

/// Where somebody signs in.
///
/// @param name    what the client calls itself, unchecked
/// @param address where its call came from
public record Device(@Nullable String name, @Nullable String address) {}
