package koine.auth;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Paths that a protocol serves without a bearer token, or for which it proves who is asking by itself. Every
/// other path needs one. A protocol declares a bean of these.
///
/// @param patterns as Spring's path patterns
/// @param method   the only HTTP method that is served like that, with `HEAD` if it is `GET`; null for every method
public record PublicPaths(List<String> patterns, @Nullable String method) {

    public PublicPaths(String... patterns) {
        this(List.of(patterns), null);
    }

    /// Served like that to who only reads them.
    public static PublicPaths toRead(String... patterns) {
        return new PublicPaths(List.of(patterns), "GET");
    }
}
