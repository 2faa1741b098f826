package koine.protocol.reference;

import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// An AsyncAPI document as its parser would hand it to the page that shows it: with the references followed, those
/// of operations as paths, and everything named. The page so needs no parser, which would need to compile code.
final class ParsedAsyncApi {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String REF = "$ref";
    private static final String ID = "x-parser-unique-object-id";

    private final ObjectNode document;

    private ParsedAsyncApi(ObjectNode document) {
        this.document = document;
    }

    static ObjectNode of(ObjectNode document) {
        return new ParsedAsyncApi(document).parsed();
    }

    private ObjectNode parsed() {
        var parsed = JSON.objectNode();
        document.forEachEntry(
                (part, value) -> parsed.set(part, part.equals("operations") ? asPaths(value) : followed(value)));
        parsed.put("x-parser-spec-parsed", true)
                .put("x-parser-spec-stringified", true)
                .put("x-parser-api-version", 3);
        name(parsed.path("operations"));
        name(parsed.path("channels"));
        parsed.path("channels").forEach(channel -> {
            name(channel.path("messages"));
            channel.path("messages")
                    .forEachEntry((key, message) -> ((ObjectNode) message).put("x-parser-message-name", key));
        });
        return parsed;
    }

    private static void name(JsonNode objects) {
        objects.forEachEntry((key, object) -> ((ObjectNode) object).put(ID, key));
    }

    private JsonNode followed(JsonNode value) {
        if (value.has(REF)) {
            return followed(document.at(value.path(REF).stringValue().substring(1)));
        }
        return copied(value, this::followed);
    }

    private static JsonNode asPaths(JsonNode value) {
        if (value.has(REF)) {
            var path = value.path(REF).stringValue().substring(1).replace('/', '.');
            return JSON.stringNode("$ref:$" + path);
        }
        return copied(value, ParsedAsyncApi::asPaths);
    }

    private static JsonNode copied(JsonNode value, UnaryOperator<JsonNode> inner) {
        if (value.isObject()) {
            var copy = JSON.objectNode();
            value.forEachEntry((name, part) -> copy.set(name, inner.apply(part)));
            return copy;
        }
        if (value.isArray()) {
            var copy = JSON.arrayNode();
            value.forEach(part -> copy.add(inner.apply(part)));
            return copy;
        }
        return value;
    }
}
