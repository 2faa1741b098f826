package koine.notification;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Settings of notifications.
///
/// @param maxKept    the most notifications that are kept for an account; the oldest are removed
/// @param maxRegards how many others an account may like or call fakes
@Validated
@ConfigurationProperties("koine.notification")
record NotificationProperties(
        @Min(1) @Max(100_000) @DefaultValue("1000") int maxKept,
        @Min(1) @DefaultValue("10000") int maxRegards) {}
