package koine.limit;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Positive;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Settings of limits.
///
/// @param enabled whether there are any: without, the service takes what it can carry, which is for benchmarks
///                and tests only
/// @param frames  how many frames a client may send over one socket
@Validated
@ConfigurationProperties("koine.limits")
public record LimitProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue @Valid Frames frames) {

    /// @param perSecond how many frames a socket takes from its client each second; one whose client sends more
    ///                  for longer is closed
    /// @param burst     how many it takes at once after a time of silence
    public record Frames(
            @DefaultValue("100") @Positive int perSecond,
            @DefaultValue("1000") @Positive int burst) {}
}
