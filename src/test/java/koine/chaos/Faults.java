package koine.chaos;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.MessageFormatter;

/// The promises that were seen broken.
final class Faults {

    static final String NONE = "none";

    private static final int SHOWN = 40;
    private static final Pattern PADDING = Pattern.compile("\\.{4,}"); // of messages

    private final Queue<String> all = new ConcurrentLinkedQueue<>();

    /// @param what with `{}` for each value
    void add(String what, @Nullable Object... values) {
        var text = MessageFormatter.arrayFormat(what, values).getMessage();
        all.add(PADDING.matcher(text).replaceAll("..."));
    }

    void addUnless(boolean kept, String what, @Nullable Object... values) {
        if (!kept) {
            add(what, values);
        }
    }

    /// How many, and the first of them, which mostly tell the cause of the others.
    String summary() {
        return all.isEmpty()
                ? NONE
                : all.size() + " faults\n" + all.stream().limit(SHOWN).collect(Collectors.joining("\n"));
    }
}
