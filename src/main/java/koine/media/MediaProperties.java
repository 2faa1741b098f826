package koine.media;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// Settings of files.
///
/// @param maxSize       the largest file that is taken
/// @param maxPixels     the most pixels of an image; one that has more is refused before it is decoded
/// @param imageThreads  how many files are looked at, and images made small, at the same time
/// @param imageQueue    how many may wait for that; those that come on top are refused for the moment
/// @param unusedAfter   how long a file that stands in no message is kept
/// @param sweepInterval how often those are removed
@Validated
@ConfigurationProperties("koine.media")
record MediaProperties(
        @DefaultValue("25MB") DataSize maxSize,
        @Min(1) @DefaultValue("50000000") long maxPixels,
        @Min(1) @DefaultValue("2") int imageThreads,
        @Min(1) @DefaultValue("200") int imageQueue,
        @DefaultValue("1d") Duration unusedAfter,
        @DefaultValue("1h") Duration sweepInterval) {}
