package koine.protocol.reference;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Puts [Words] beside the shapes of fields.
///
/// @param samples the values of names in examples
record FieldWords(Map<String, Words.Field> fields, Map<String, List<String>> required, Samples samples) {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^}]+)}");

    /// @param values what else stands for names, or in the place of the samples
    static FieldWords of(Words words, Map<String, JsonNode> values) {
        return new FieldWords(words.fields(), words.required(), new Samples(joined(words.samples(), values)));
    }

    /// With words for more fields.
    FieldWords with(Map<String, Words.Field> more) {
        return new FieldWords(joined(fields, more), required, samples);
    }

    private static <T> Map<String, T> joined(Map<String, T> some, Map<String, T> others) {
        var all = new HashMap<>(some);
        all.putAll(others);
        return all;
    }

    /// Whether a body that is read must have the field.
    boolean isRequired(String schema, String field) {
        return required.getOrDefault(schema, List.of()).contains(field);
    }

    /// The field's schema with what is known of it. A reference stays as it is, but for a description.
    ObjectNode describe(String owner, String field, ObjectNode schema) {
        var found = fields.getOrDefault(owner + "." + field, fields.get(field));
        return found == null ? schema : describe(found, schema);
    }

    ObjectNode describe(Words.Field field, ObjectNode schema) {
        if (field.schema() instanceof ObjectNode rules && !schema.has("$ref")) {
            rules.forEachEntry((rule, value) -> schema.set(rule, samples.in(value)));
        }
        if (field.says() != null) {
            schema.put("description", field.says());
        }
        if (field.example() != null && !schema.has("$ref") && !schema.has("const")) {
            schema.putArray("examples").add(samples.in(field.example()));
        }
        return schema;
    }

    /// An object of fields for which the code has no record: each is text unless the words say otherwise.
    ObjectNode form(String owner, Words.Form form) {
        var schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        var properties = schema.putObject("properties");
        all(form).forEach(field -> properties.set(field, field(owner, field)));
        needed(form).forEach(schema.withArray("required")::add);
        if (needed(form).isEmpty()) {
            schema.remove("required");
        }
        return schema;
    }

    ObjectNode field(String owner, String field) {
        return describe(owner, field, JsonNodeFactory.instance.objectNode().put("type", "string"));
    }

    static List<String> needed(Words.Form form) {
        return form.required() == null ? List.of() : form.required();
    }

    static List<String> all(Words.Form form) {
        var optional = form.optional() == null ? List.<String>of() : form.optional();
        return Stream.of(needed(form), optional).flatMap(Collection::stream).toList();
    }

    /// The names in a path like `/chat/{id}`.
    static List<String> placeholders(String path) {
        return PLACEHOLDER.matcher(path).results().map(found -> found.group(1)).toList();
    }

    /// What stands for names in examples.
    record Samples(Map<String, JsonNode> values) {

        /// The value with every name in it, such as `${bob}`, replaced.
        JsonNode in(JsonNode value) {
            if (value.isString()) {
                return inText(value.stringValue());
            }
            if (value instanceof ObjectNode object) {
                var copy = JsonNodeFactory.instance.objectNode();
                object.forEachEntry((name, inner) -> copy.set(name, in(inner)));
                return copy;
            }
            if (value.isArray()) {
                var copy = JsonNodeFactory.instance.arrayNode();
                value.forEach(inner -> copy.add(in(inner)));
                return copy;
            }
            return value;
        }

        private JsonNode inText(String text) {
            if (!text.startsWith("${")) {
                return JsonNodeFactory.instance.stringNode(text);
            }
            var name = text.substring(2, text.length() - 1);
            var value = values.get(name);
            if (value == null) {
                throw new IllegalArgumentException("no sample is called " + name);
            }
            return value;
        }
    }
}
