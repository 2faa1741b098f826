package koine.log;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of the log.
///
/// @param checkInterval how often a server looks for committed events that it was not told of
/// @param retention     how long events are kept. A client that stayed away for longer is answered `reset`.
///                      Messages are no events in this sense: they are kept until they are deleted
/// @param trimInterval  how often events that are too old are removed
@ConfigurationProperties("koine.log")
record LogProperties(
        @DefaultValue("5s") Duration checkInterval,
        @DefaultValue("30d") Duration retention,
        @DefaultValue("1h") Duration trimInterval) {}
