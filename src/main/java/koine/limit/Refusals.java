package koine.limit;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import koine.kernel.Refused;
import org.springframework.stereotype.Component;

/// Refuses what is too much, and counts how often.
@Component
class Refusals {

    private final MeterRegistry meters;

    Refusals(MeterRegistry meters) {
        this.meters = meters;
    }

    /// @param limit its public name
    Refused tooMany(String limit, Duration wait) {
        meters.counter("koine.limits.refused", "limit", limit).increment();
        return Refused.tooMany(limit, wait);
    }
}
