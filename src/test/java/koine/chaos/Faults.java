package koine.chaos;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.MessageFormatter;

/// The promises that were seen broken.
final class Faults {

    static final String NONE = "none";

    private static final int SHOWN = 5;
    private static final Pattern PADDING = Pattern.compile("\\.{4,}"); // of messages

    private final Map<String, Queue<String>> byKind = new ConcurrentHashMap<>();

    /// @param what with `{}` for each value
    void add(String what, @Nullable Object... values) {
        var text = MessageFormatter.arrayFormat(what, values).getMessage();
        byKind.computeIfAbsent(what, _ -> new ConcurrentLinkedQueue<>())
                .add(PADDING.matcher(text).replaceAll("..."));
    }

    void addUnless(boolean kept, String what, @Nullable Object... values) {
        if (!kept) {
            add(what, values);
        }
    }

    /// How many of each kind, and some of them.
    String summary() {
        return byKind.isEmpty()
                ? NONE
                : byKind.entrySet().stream()
                        .map(kind -> summary(kind.getKey(), List.copyOf(kind.getValue())))
                        .collect(Collectors.joining("\n"));
    }

    private static String summary(String kind, List<String> faults) {
        return faults.stream()
                .limit(SHOWN)
                .collect(Collectors.joining("\n    ", faults.size() + " x " + kind + "\n    ", ""));
    }
}
