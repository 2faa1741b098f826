package koine.account;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Settings of passwords.
///
/// @param minPasswordLength the fewest characters a new password must have
/// @param passwordThreads   how many passwords are hashed at the same time; each takes a processor and 16 MiB
///                          meanwhile
/// @param passwordQueue     how many may wait for that; those that come on top are refused for the moment
@Validated
@ConfigurationProperties("koine.auth")
record AccountProperties(
        @Min(1) @Max(Passwords.MAX_LENGTH) @DefaultValue("4")
        int minPasswordLength,

        @Min(1) @DefaultValue("2") int passwordThreads,
        @Min(1) @DefaultValue("200") int passwordQueue) {}
