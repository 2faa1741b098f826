package koine.security;

import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A call that somebody tries.
///
/// @param method `WS` for the opening of a socket
/// @param body   null for none
record Trial(String method, String path, @Nullable String body) {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{(\\w+)}");

    /// From `POST /chat/{group}/message {"contents":"hi"}`.
    static Trial of(String text, Map<String, String> names) {
        var parts = filled(text, names).split(" ", 3);
        return new Trial(parts[0], parts[1], parts.length == 3 ? parts[2] : null);
    }

    static String filled(String text, Map<String, String> names) {
        return PLACEHOLDER.matcher(text).replaceAll(found -> {
            var value = names.get(found.group(1));
            if (value == null) {
                throw new AssertionError("what is " + found.group() + "?");
            }
            return value;
        });
    }
}
