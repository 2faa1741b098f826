package koine.delivery;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// Settings of the queue that each open connection has. Past either bound nothing more is queued, and when the
/// queue has drained the connection goes on by reading the log.
///
/// @param queueEvents the most frames that wait for a connection
/// @param queueBytes  the most bytes that wait for a connection
/// @param catchUpPage how many events are read from the log at a time
@Validated
@ConfigurationProperties("koine.delivery")
record DeliveryProperties(
        @Min(2) @DefaultValue("1024") int queueEvents,
        @DefaultValue("1MB") DataSize queueBytes,
        @Min(1) @Max(1_000) @DefaultValue("200") int catchUpPage) {}
