package koine.chaos;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.MessageFormatter;

/// The promises that were seen broken.
final class Faults {

    private final Queue<String> all = new ConcurrentLinkedQueue<>();

    /// @param what with `{}` for each value
    void add(String what, @Nullable Object... values) {
        all.add(MessageFormatter.arrayFormat(what, values).getMessage());
    }

    void addUnless(boolean kept, String what, @Nullable Object... values) {
        if (!kept) {
            add(what, values);
        }
    }

    List<String> all() {
        return List.copyOf(all);
    }
}
