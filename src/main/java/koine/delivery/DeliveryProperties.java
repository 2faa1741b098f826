package koine.delivery;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// Settings of open connections. Each has a queue: past either bound nothing more is queued, and when the queue
/// has drained the connection goes on by reading the log.
///
/// @param queueEvents the most frames that wait for a connection
/// @param queueBytes  the most bytes that wait for a connection
/// @param queueBytesInAll from which number of bytes on, that wait for all connections together, no more than 64 KB
///                        wait for one
/// @param catchUpPage how many events are read from the log at a time
/// @param heartbeat   how often each connection is asked whether its peer is there; one that is silent for two
///                    is ended
/// @param slowAfter   a connection that takes nothing for so long while something waits for it is ended
/// @param vanishedAfter how long after its last device vanished, without saying goodbye, an account counts as
///                      offline
@Validated
@ConfigurationProperties("koine.delivery")
record DeliveryProperties(
        @Min(2) @DefaultValue("1024") int queueEvents,
        @DefaultValue("1MB") DataSize queueBytes,
        @DefaultValue("128MB") DataSize queueBytesInAll,
        @Min(1) @Max(1_000) @DefaultValue("200") int catchUpPage,
        @DefaultValue("15s") Duration heartbeat,
        @DefaultValue("60s") Duration slowAfter,
        @DefaultValue("30s") Duration vanishedAfter) {}
