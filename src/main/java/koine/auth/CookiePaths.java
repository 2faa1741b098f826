package koine.auth;

import java.util.List;

/// Paths at which a request may also show the session's cookie ([SessionCookies]) in place of a bearer token. A
/// token wins over a cookie. A protocol whose clients are browsers declares a bean of these.
///
/// @param patterns as Spring's path patterns
public record CookiePaths(List<String> patterns) {

    public CookiePaths(String... patterns) {
        this(List.of(patterns));
    }
}
