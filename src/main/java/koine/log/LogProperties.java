package koine.log;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of the log.
///
/// @param checkInterval how often a server looks for committed events that it was not told of
@ConfigurationProperties("koine.log")
record LogProperties(@DefaultValue("5s") Duration checkInterval) {}
