package koine.message;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Settings of sending.
///
/// @param maxLength    the most characters (code points) of a message
/// @param maxBatch     the most messages that are committed together
/// @param batchSpacing how long after a batch the next one begins at the earliest, unless it is full; at most a second.
///                     Where messages come now and then nobody waits. Where they come faster than this they are
///                     committed together, and wait for half of it on the average. Nor does an author wait who
///                     writes alone, one message after the other
/// @param maxWaiting   the most messages that may wait for their commit; those that come on top are refused
/// @param maxWait      how long a message may have to wait for its batch, as far as can be guessed; while it would be
///                     longer, or every batch has been full for as long, those past the next batch are refused; in
///                     the latter case batches are smaller, too
/// @param writeTimeout how long a commit may take before its messages are answered with an error
@Validated
@ConfigurationProperties("koine.message")
record MessageProperties(
        @Min(1) @Max(65_536) @DefaultValue("2047") int maxLength,
        @Min(1) @Max(10_000) @DefaultValue("512") int maxBatch,

        @DurationMin @DurationMax(seconds = 1) @DefaultValue("1250us")
        Duration batchSpacing,

        @Min(1) @DefaultValue("10000") int maxWaiting,
        @DefaultValue("50ms") Duration maxWait,
        @DefaultValue("5s") Duration writeTimeout) {}
