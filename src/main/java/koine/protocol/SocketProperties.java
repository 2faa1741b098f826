package koine.protocol;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// Settings of sockets.
///
/// @param maxFrame  the largest message that a native socket takes
/// @param heartbeat how often a connection that waits for events is told that it is still there, and asked
///                  whether its peer is
@ConfigurationProperties("koine.socket")
public record SocketProperties(
        @DefaultValue("64KB") DataSize maxFrame, @DefaultValue("15s") Duration heartbeat) {}
