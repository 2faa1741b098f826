package koine.protocol.reference;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/// JSON Schemas of records, as the service writes and reads them: names in snake case, nothing left out but what
/// is annotated so, null where the component may be null. Not for use by several threads.
final class RecordSchemas {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final SnakeCase SNAKE_CASE = new SnakeCase();

    private final FieldWords words;
    private final String place;
    private final Map<String, ObjectNode> known = new TreeMap<>();

    /// @param place where the schemas will stand in the document, as a JSON pointer that ends with a slash
    RecordSchemas(FieldWords words, String place) {
        this.words = words;
        this.place = place;
    }

    /// All records that were asked for, and those that they have, by name.
    Map<String, ObjectNode> known() {
        return known;
    }

    /// The schema of a value that the service writes.
    ObjectNode written(Type type) {
        return of(type, false);
    }

    /// The schema of a value that it reads: what need not be there is not required.
    ObjectNode read(Type type) {
        return of(type, true);
    }

    private ObjectNode of(Type type, boolean read) {
        return type instanceof ParameterizedType generic
                ? collection(generic, of(inner(generic.getActualTypeArguments()), read))
                : ofClass((Class<?>) type, read);
    }

    private ObjectNode of(AnnotatedType type, boolean read) {
        if (!(type instanceof AnnotatedParameterizedType generic)) {
            return of(type.getType(), read);
        }
        var inner = inner(generic.getAnnotatedActualTypeArguments());
        var value = of(inner, read);
        return collection((ParameterizedType) type.getType(), !read && isNullable(inner) ? nullable(value) : value);
    }

    /// The type of what is in a list or a map.
    private static <T> T inner(T[] arguments) {
        return arguments[arguments.length - 1];
    }

    private static ObjectNode collection(ParameterizedType type, ObjectNode inner) {
        return type.getRawType() == Map.class
                ? ofType("object").set("additionalProperties", inner)
                : ofType("array").set("items", inner);
    }

    private ObjectNode ofClass(Class<?> type, boolean read) {
        if (type.isRecord() || type.isSealed()) {
            return reference(type, read);
        }
        if (type.isEnum()) {
            var schema = ofType("string");
            Stream.of(type.getEnumConstants()).forEach(value -> values(schema).add(((Enum<?>) value).name()));
            return schema;
        }
        return ofPlain(type);
    }

    private static ObjectNode ofPlain(Class<?> type) {
        if (type == long.class || type == Long.class) {
            return ofType("integer").put("format", "int64");
        }
        if (type == int.class || type == Integer.class) {
            return ofType("integer").put("format", "int32");
        }
        if (type == boolean.class || type == Boolean.class) {
            return ofType("boolean");
        }
        if (type == Instant.class) {
            return ofType("string").put("format", "date-time");
        }
        if (type == String.class) {
            return ofType("string");
        }
        return type == RawValue.class ? ofType("object") : JSON.objectNode();
    }

    private static ArrayNode values(ObjectNode schema) {
        return schema.withArray("enum");
    }

    private static ObjectNode ofType(String type) {
        return JSON.objectNode().put("type", type);
    }

    private ObjectNode reference(Class<?> type, boolean read) {
        var name = SchemaNames.of(type);
        if (!known.containsKey(name)) {
            var schema = JSON.objectNode();
            known.put(name, schema);
            schema.setAll(type.isRecord() ? ofRecord(name, type, read) : ofAlternatives(type, read));
        }
        return JSON.objectNode().put("$ref", place + name);
    }

    private ObjectNode ofAlternatives(Class<?> type, boolean read) {
        var schema = JSON.objectNode();
        for (var permitted : type.getPermittedSubclasses()) {
            schema.withArray("oneOf").add(reference(permitted, read));
        }
        return schema;
    }

    private ObjectNode ofRecord(String name, Class<?> type, boolean read) {
        var schema = ofType("object");
        var properties = schema.putObject("properties");
        typeName(type).ifPresent(tag -> addType(schema, tag));
        addComponents(schema, name, type, read);
        if (properties.isEmpty()) {
            schema.remove("properties");
        }
        return schema;
    }

    private static void addType(ObjectNode schema, TypeTag tag) {
        schema.withObject("/properties")
                .putObject(tag.property())
                .put("type", "string")
                .put("const", tag.name());
        schema.withArray("required").add(tag.property());
    }

    private void addComponents(ObjectNode schema, String name, Class<?> type, boolean read) {
        for (var component : type.getRecordComponents()) {
            if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
                addComponents(schema, name, component.getType(), read);
            } else {
                addComponent(schema, name, type, component, read);
            }
        }
    }

    private void addComponent(ObjectNode schema, String name, Class<?> type, RecordComponent component, boolean read) {
        var field = nameOf(component);
        var inNoMessage = isLeftOutWhenNull(type, component);
        var nullable = isNullable(component.getAnnotatedType()) && !inNoMessage;
        var value = of(component.getAnnotatedType(), read);
        schema.withObject("/properties").set(field, words.describe(name, field, nullable ? nullable(value) : value));
        if (read ? words.isRequired(name, field) : !(inNoMessage && isNullable(component.getAnnotatedType()))) {
            schema.withArray("required").add(field);
        }
    }

    static String nameOf(RecordComponent component) {
        var given = component.getAccessor().getAnnotation(JsonProperty.class);
        return given == null ? SNAKE_CASE.translate(component.getName()) : given.value();
    }

    private static ObjectNode nullable(ObjectNode schema) {
        if (!schema.has("type")) {
            var either = JSON.objectNode();
            either.withArray("oneOf").add(schema).add(ofType("null"));
            return either;
        }
        var types = JSON.arrayNode().add(schema.path("type").stringValue()).add("null");
        schema.set("type", types);
        return schema;
    }

    private static boolean isNullable(AnnotatedType type) {
        return type.isAnnotationPresent(Nullable.class);
    }

    private static boolean isLeftOutWhenNull(Class<?> type, RecordComponent component) {
        return Stream.of(component.getAccessor().getAnnotation(JsonInclude.class), inherited(type, JsonInclude.class))
                .anyMatch(rule -> rule != null && rule.value() == JsonInclude.Include.NON_NULL);
    }

    /// How a record says what it is.
    private record TypeTag(String property, String name) {}

    private static Optional<TypeTag> typeName(Class<?> type) {
        var rule = inherited(type, JsonTypeInfo.class);
        var name = type.getAnnotation(JsonTypeName.class);
        return rule == null || name == null
                ? Optional.empty()
                : Optional.of(new TypeTag(rule.property(), name.value()));
    }

    private static <A extends Annotation> @Nullable A inherited(Class<?> type, Class<A> annotation) {
        return Stream.concat(Stream.of(type), Stream.of(type.getInterfaces()))
                .map(each -> each.getAnnotation(annotation))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static final class SnakeCase extends PropertyNamingStrategies.SnakeCaseStrategy {

        private static final long serialVersionUID = 1L;

        @Override
        protected String translate(String name) {
            return super.translate(name);
        }
    }
}
