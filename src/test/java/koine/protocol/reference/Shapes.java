package koine.protocol.reference;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Holds JSON to schemas of a document. They are taken by their word: what they do not name must not be there.
final class Shapes {

    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final ObjectNode components;
    private final Map<JsonNode, Schema> known = new HashMap<>();

    Shapes(JsonNode document) {
        this.components = document.path("components") instanceof ObjectNode parts
                ? parts.deepCopy()
                : JsonNodeFactory.instance.objectNode();
        components.path("schemas").forEach(Shapes::close);
    }

    List<String> problems(JsonNode schema, JsonNode value) {
        return known.computeIfAbsent(schema, this::compiled).validate(value).stream()
                .map(Error::toString)
                .toList();
    }

    private Schema compiled(JsonNode schema) {
        var whole = JsonNodeFactory.instance.objectNode();
        whole.setAll((ObjectNode) schema);
        whole.set("components", components);
        return registry.getSchema(whole);
    }

    private static void close(JsonNode schema) {
        if (schema instanceof ObjectNode object && schema.has("properties")) {
            object.put("additionalProperties", false);
        }
    }
}
