package koine.protocol;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/// What was looked up a while ago, so that one frame for many readers asks the database once. Bounded: the first to
/// be looked up is forgotten first. What was not found, or could not be looked up, is looked up again.
///
/// Safe for use by several threads.
public final class Remembered<K, V> {

    /// No timer for each: there would be more of them than entries.
    private static final Duration AS_LONG_AS_IT_IS_THERE = Duration.ofMillis(Long.MAX_VALUE);

    private final int most;
    private final Duration time;
    private final Clock clock;
    private final Function<K, Mono<V>> lookUp;

    // guarded by itself; the oldest first
    private final LinkedHashMap<K, Known<V>> known = new LinkedHashMap<>();

    /// @param most how many are remembered
    /// @param time for how long each is good
    public Remembered(int most, Duration time, Clock clock, Function<K, Mono<V>> lookUp) {
        this.most = most;
        this.time = time;
        this.clock = clock;
        this.lookUp = lookUp;
    }

    private record Known<V>(Mono<V> value, Instant until) {}

    /// What it is, or was when it was looked up. Empty if it is not found.
    public Mono<V> get(K key) {
        return Mono.defer(() -> known(key));
    }

    private Mono<V> known(K key) {
        var now = clock.instant();
        synchronized (known) {
            forgetOld(now);
            var found = known.computeIfAbsent(key, wanted -> new Known<>(once(wanted), now.plus(time)));
            if (known.size() > most) {
                known.pollFirstEntry();
            }
            return found.value();
        }
    }

    private void forgetOld(Instant now) {
        var oldest = known.values().iterator();
        while (oldest.hasNext() && !oldest.next().until().isAfter(now)) {
            oldest.remove();
        }
    }

    private Mono<V> once(K key) {
        return Mono.defer(() -> lookUp.apply(key))
                .cache(_ -> AS_LONG_AS_IT_IS_THERE, _ -> Duration.ZERO, () -> Duration.ZERO);
    }
}
