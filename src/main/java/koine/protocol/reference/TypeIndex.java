package koine.protocol.reference;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import koine.protocol.WireTypes;

/// The records that protocols have published, by what they are called in the documents.
final class TypeIndex {

    private final Map<String, Class<?>> types = new TreeMap<>();

    TypeIndex(Collection<WireTypes> published) {
        published.stream().flatMap(each -> each.types().stream()).forEach(this::add);
    }

    private void add(Class<?> type) {
        types.put(SchemaNames.of(type), type);
        if (type.isSealed()) {
            Arrays.stream(type.getPermittedSubclasses()).forEach(this::add);
        }
    }

    Class<?> named(String name) {
        var type = types.get(name);
        if (type == null) {
            throw new IllegalArgumentException("no record is called %s; there are %s".formatted(name, types.keySet()));
        }
        return type;
    }
}
