package koine.log;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.stereotype.Component;

/// Tells how the feed of this server gets on. The feed counts by itself, so that nothing is looked up while it
/// delivers.
@Component
class LogMeters implements MeterBinder {

    private final LogTail feed;

    LogMeters(LogTail feed) {
        this.feed = feed;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        FunctionCounter.builder("koine.log.events", feed, LogTail::delivered)
                .description("Events that this server's feed of the log has delivered")
                .register(meters);
        Gauge.builder("koine.log.behind", feed, LogTail::behind)
                .description("Positions of the log that are known to this server's feed and not delivered yet")
                .register(meters);
    }
}
