package koine.protocol.reference;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What records are called in the documents: as in the code, with what they stand in (`RoomApi.CreateBody` is
/// `RoomCreateBody`, and what the phonechat protocol says begins with `Phonechat`).
final class SchemaNames {

    private static final Set<String> NATIVE = Set.of("protocol", "http", "events");

    /// Generated clients have a `Success` of their own.
    private static final Map<String, String> RENAMED = Map.of("Success", "SuccessBody");

    private SchemaNames() {}

    static String of(Class<?> type) {
        var name = withOwner(type);
        var protocol = protocol(type);
        return NATIVE.contains(protocol) || name.toLowerCase(Locale.ROOT).startsWith(protocol)
                ? name
                : capitalized(protocol) + name;
    }

    private static String withOwner(Class<?> type) {
        var owner = type.getEnclosingClass();
        if (owner == null) {
            return RENAMED.getOrDefault(type.getSimpleName(), type.getSimpleName());
        }
        var about = owner.getSimpleName().replaceFirst("Api$", "").replaceFirst("^(Outgoing|Answer)$", "");
        return type.getSimpleName().startsWith(about) ? type.getSimpleName() : about + type.getSimpleName();
    }

    private static String protocol(Class<?> type) {
        var name = type.getPackageName();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static String capitalized(String word) {
        return Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }
}
