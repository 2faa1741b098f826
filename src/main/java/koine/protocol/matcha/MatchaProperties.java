package koine.protocol.matcha;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// Settings of matcha.
///
/// @param maxFrame the largest message that a socket takes, and the largest body of a client that polls
@ConfigurationProperties("koine.matcha")
record MatchaProperties(@DefaultValue("1MB") DataSize maxFrame) {}
