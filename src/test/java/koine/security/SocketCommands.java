package koine.security;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import koine.kernel.ChatType;

/// Every command of every socket, as the code itself has them.
final class SocketCommands {

    private static final String PROTOCOL = "koine.protocol.";

    private SocketCommands() {}

    static Set<String> all() {
        var sealed = Stream.of("events", "pymessage", "uchat", "matcha")
                .flatMap(protocol ->
                        leaves(type(protocol + ".Command")).map(leaf -> protocol + " " + leaf.getSimpleName()));
        return Stream.concat(sealed, Stream.concat(phoneDeeds(), phoneFetches()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// What one may fetch is known by a command's name alone.
    static Optional<?> fetched(String command) {
        try {
            var type = type("phonechat.Fetches").getDeclaredMethod("type", String.class);
            type.setAccessible(true);
            return (Optional<?>) type.invoke(null, command);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(PROTOCOL + name);
        } catch (ClassNotFoundException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        var permitted = type.getPermittedSubclasses();
        return permitted == null ? Stream.of(type) : Arrays.stream(permitted).flatMap(SocketCommands::leaves);
    }

    /// By which kind of socket takes them.
    private static Stream<String> phoneDeeds() {
        return Arrays.stream(type("phonechat.Deed").getDeclaredFields())
                .filter(field -> field.getType() == Map.class)
                .flatMap(field -> {
                    try {
                        field.setAccessible(true);
                        return ((Map<?, ?>) field.get(null))
                                .keySet().stream().map(command -> "phonechat " + field.getName() + " " + command);
                    } catch (IllegalAccessException e) {
                        throw new LinkageError(e.getMessage(), e);
                    }
                });
    }

    private static Stream<String> phoneFetches() {
        return Arrays.stream(ChatType.values()).map(type -> "phonechat fetch " + type);
    }
}
