package koine.limit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import koine.kernel.Refused;
import org.springframework.stereotype.Component;

/// Refuses what is too much, and counts how often.
@Component
class Refusals {

    private final Map<String, Counter> refused;

    Refusals(MeterRegistry meters) {
        this.refused = names().collect(Collectors.toMap(Function.identity(), limit -> counter(limit, meters)));
    }

    /// @param limit the public name of a limit or cap
    Refused tooMany(String limit, Duration wait) {
        Objects.requireNonNull(refused.get(limit)).increment();
        return Refused.tooMany(limit, wait);
    }

    private static Stream<String> names() {
        return Stream.concat(
                Arrays.stream(Limit.values()).map(Limit::publicName),
                Arrays.stream(Cap.values()).map(Cap::publicName));
    }

    private static Counter counter(String limit, MeterRegistry meters) {
        return Counter.builder("koine.limits.refused")
                .description("What was refused because as much was done, or was there, as a limit allows")
                .tag("limit", limit)
                .register(meters);
    }
}
