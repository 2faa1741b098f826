package koine.protocol;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/// Counts attempts to act as somebody else: a frame or an address that names another as its sender than who has
/// signed in. They are refused by the protocols, each in its own words; who only means well does not make them.
@Component
public class Impersonations {

    private final Map<String, Counter> counters;

    Impersonations(MeterRegistry meters) {
        this.counters = ProtocolErrors.PROTOCOLS.stream()
                .collect(Collectors.toMap(Function.identity(), protocol -> counter(protocol, meters)));
    }

    /// Counts one, as `koine.protocol.impersonations`.
    ///
    /// @param protocol its name, as in the addresses of the documentation
    public void note(String protocol) {
        ProtocolErrors.known(counters, protocol).increment();
    }

    private static Counter counter(String protocol, MeterRegistry meters) {
        return Counter.builder("koine.protocol.impersonations")
                .description("frames and calls that named another as their sender than who has signed in")
                .tag("protocol", protocol)
                .register(meters);
    }
}
