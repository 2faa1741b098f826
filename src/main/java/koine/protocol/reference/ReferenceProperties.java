package koine.protocol.reference;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of the API reference.
///
/// @param enabled whether it is served, to everybody
@ConfigurationProperties("koine.reference")
record ReferenceProperties(@DefaultValue("true") boolean enabled) {}
