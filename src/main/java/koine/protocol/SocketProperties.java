package koine.protocol;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// Settings of sockets.
///
/// @param maxFrame     the largest message that a native socket takes
/// @param largeFrames  how many messages of more than 64 KB may be on their way, or be carried out, at a time, of
///               all sockets together
/// @param signInWithin after which time a socket is closed on which nobody has signed in, in protocols
///               whose clients do so on the socket itself
@Validated
@ConfigurationProperties("koine.socket")
public record SocketProperties(
        @DefaultValue("64KB") DataSize maxFrame,
        @Min(1) @DefaultValue("8") int largeFrames,
        @DefaultValue("30s") Duration signInWithin) {}
