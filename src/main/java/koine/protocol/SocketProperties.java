package koine.protocol;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// Settings of sockets.
///
/// @param maxFrame the largest message that a native socket takes
@ConfigurationProperties("koine.socket")
public record SocketProperties(@DefaultValue("64KB") DataSize maxFrame) {}
