package koine.auth;

import java.util.List;

/// Paths that a protocol serves without a bearer token, or for which it proves who is asking by itself. Every
/// other path needs one. A protocol declares a bean of these.
///
/// @param patterns as Spring's path patterns
public record PublicPaths(List<String> patterns) {

    public PublicPaths(String... patterns) {
        this(List.of(patterns));
    }
}
