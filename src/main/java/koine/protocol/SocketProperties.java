package koine.protocol;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// Settings of sockets.
///
/// @param maxFrame     the largest message that a native socket takes
/// @param signInWithin after which time a socket is closed on which nobody has signed in, in protocols
///               whose clients do so on the socket itself
@ConfigurationProperties("koine.socket")
public record SocketProperties(
        @DefaultValue("64KB") DataSize maxFrame,
        @DefaultValue("30s") Duration signInWithin) {}
