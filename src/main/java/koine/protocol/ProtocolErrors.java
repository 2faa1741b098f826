package koine.protocol;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import koine.kernel.ErrorCode;
import org.springframework.stereotype.Component;

/// Counts what clients are answered that can't be done, as `koine.protocol.errors`, whatever the protocol calls it.
@Component
public class ProtocolErrors {

    /// The native one is both that of HTTP calls and that of events.
    static final List<String> PROTOCOLS = List.of("native", "pymessage", "uchat", "matcha", "phonechat");

    private final Map<String, Tally> tallies;

    public ProtocolErrors(MeterRegistry meters) {
        this.tallies = PROTOCOLS.stream()
                .collect(Collectors.toMap(Function.identity(), protocol -> new Tally(counters(protocol, meters))));
    }

    /// That of one protocol.
    ///
    /// @param protocol its name, as in the addresses of the documentation
    public Tally of(String protocol) {
        return known(tallies, protocol);
    }

    /// The errors of one protocol.
    public static final class Tally {

        private final Map<ErrorCode, Counter> counters;

        private Tally(Map<ErrorCode, Counter> counters) {
            this.counters = counters;
        }

        /// Counts what could not be carried out.
        public void note(Throwable problem) {
            note(Refusals.codeOf(problem));
        }

        /// Counts what could not be understood.
        public void notUnderstood() {
            note(ErrorCode.INVALID_REQUEST);
        }

        /// Counts a refusal.
        public void note(ErrorCode code) {
            known(counters, code).increment();
        }
    }

    static <K, V> V known(Map<K, V> all, K key) {
        return Optional.ofNullable(all.get(key))
                .orElseThrow(() -> new IllegalArgumentException("nothing is counted of " + key));
    }

    /// All of them are there from the beginning: the first one of a kind is then a rise from 0, which can be seen.
    private static Map<ErrorCode, Counter> counters(String protocol, MeterRegistry meters) {
        var counters = new EnumMap<ErrorCode, Counter>(ErrorCode.class);
        Arrays.stream(ErrorCode.values()).forEach(code -> counters.put(code, counter(protocol, code, meters)));
        return counters;
    }

    private static Counter counter(String protocol, ErrorCode code, MeterRegistry meters) {
        return Counter.builder("koine.protocol.errors")
                .description("Errors that clients were answered")
                .tag("protocol", protocol)
                .tag("code", code.name().toLowerCase(Locale.ROOT))
                .register(meters);
    }
}
