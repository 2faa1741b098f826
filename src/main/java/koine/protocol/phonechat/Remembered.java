package koine.protocol.phonechat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/// What was looked up a moment ago, so that one frame for many readers asks the database once. Bounded: the
/// least recently used is forgotten first. Errors are not remembered.
///
/// Safe for use by several threads.
final class Remembered<K, V> {

    private static final int MOST = 10_000;
    private static final Duration MOMENT = Duration.ofSeconds(3);

    private final Function<K, Mono<V>> lookUp;

    private final Map<K, Mono<V>> known = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Mono<V>> eldest) {
            return size() > MOST;
        }
    };

    Remembered(Function<K, Mono<V>> lookUp) {
        this.lookUp = lookUp;
    }

    Mono<V> get(K key) {
        synchronized (known) {
            return known.computeIfAbsent(
                    key,
                    wanted -> Mono.defer(() -> lookUp.apply(wanted))
                            .cache(_ -> MOMENT, _ -> Duration.ZERO, () -> Duration.ZERO));
        }
    }
}
