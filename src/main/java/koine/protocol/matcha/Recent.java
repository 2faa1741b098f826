package koine.protocol.matcha;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/// Remembers what was worked out for the keys that were last asked for, a number of them. Safe for use by several
/// threads.
final class Recent<K, V> {

    private final Map<K, V> values;
    private final Function<K, V> make;

    /// @param make to be quick: others wait meanwhile
    Recent(int max, Function<K, V> make) {
        this.make = make;
        this.values = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {

            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > max;
            }
        });
    }

    V get(K key) {
        return values.computeIfAbsent(key, make);
    }
}
