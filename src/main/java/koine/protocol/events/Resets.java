package koine.protocol.events;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;

/// Counts how often a client was told that what it missed can't be told any more.
@Component
class Resets {

    private final Counter resets;

    Resets(MeterRegistry meters) {
        this.resets = Counter.builder("koine.protocol.resets")
                .description("Cursors that could not be followed any more: their clients have to load anew")
                .register(meters);
    }

    /// Counts one.
    void note() {
        resets.increment();
    }
}
