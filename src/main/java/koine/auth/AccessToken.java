package koine.auth;

import java.time.Duration;

/// What a client shows to be let in.
///
/// @param value     a signed JWT
/// @param expiresIn how long it is good for
public record AccessToken(String value, Duration expiresIn) {

    /// Without the token, so that it can't get into a log.
    @Override
    public String toString() {
        return "AccessToken[expiresIn=" + expiresIn + "]";
    }
}
