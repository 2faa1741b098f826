package koine.auth;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of signing in.
///
/// @param accessTokenTtl how long an access token is good for
/// @param sessionIdle    a session that is not used for so long is ended, and its refresh token is no longer
///                       good
/// @param ticketTtl      how long a socket ticket may wait for its one use
@ConfigurationProperties("koine.auth")
record AuthProperties(
        @DefaultValue("15m") Duration accessTokenTtl,
        @DefaultValue("30d") Duration sessionIdle,
        @DefaultValue("30s") Duration ticketTtl) {}
