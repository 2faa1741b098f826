package koine.protocol.uchat;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// Settings of uchat.
///
/// @param maxFrame the largest message that a socket takes on which somebody has signed in: files come in one
@ConfigurationProperties("koine.uchat")
record UchatProperties(@DefaultValue("8MB") DataSize maxFrame) {}
