package koine.friend;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Settings of friends. They are looked at before a change, so that some that come at the same moment may go
/// past them.
///
/// @param maxFriends  the most friends of an account
/// @param maxRequests the most requests that wait for an account's answer, and of an account for that of others
/// @param maxBlocked  the most that an account blocks
@Validated
@ConfigurationProperties("koine.friend")
record FriendProperties(
        @Min(1) @Max(100_000) @DefaultValue("5000") int maxFriends,
        @Min(1) @Max(10_000) @DefaultValue("500") int maxRequests,
        @Min(1) @Max(100_000) @DefaultValue("5000") int maxBlocked) {}
