package koine.protocol.reference;

import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The OpenAPI document: every call that is served, in the order of the words.
final class OpenApiDocument {

    /// Where its schemas stand.
    static final String SCHEMAS = "#/components/schemas/";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Words words;
    private final ObjectNode found;
    private final Handlers handlers;
    private final CodesPage codes;
    private final TypeIndex types;

    /// @param found what springdoc found
    OpenApiDocument(Words words, ObjectNode found, Handlers handlers, CodesPage codes, TypeIndex types) {
        this.words = words;
        this.found = found;
        this.handlers = handlers;
        this.codes = codes;
        this.types = types;
    }

    /// @param limits what is configured, as values of names in the words
    ObjectNode write(Map<String, JsonNode> limits) {
        var fields = FieldWords.of(words, limits);
        var schemas = new RecordSchemas(fields, SCHEMAS);
        var document = head();
        var writer = new CallWriter(handlers, types, schemas, fields, new ErrorResponses(codes));
        var paths = document.putObject("paths");
        words.calls().forEach((key, call) -> {
            var place = split(key);
            paths.withObject("/" + escaped(place.path())).set(place.verb(), writer.write(key, call, operation(place)));
        });
        var components = document.putObject("components");
        components.set("securitySchemes", Security.schemes());
        schemas.known().forEach(components.putObject("schemas")::set);
        return document;
    }

    private record Place(String verb, String path) {}

    private static Place split(String key) {
        var parts = key.split(" ", 2);
        return new Place(parts[0].toLowerCase(Locale.ROOT), parts[1]);
    }

    private static String escaped(String path) {
        return path.replace("~", "~0").replace("/", "~1");
    }

    private ObjectNode operation(Place place) {
        return found.path("paths").path(place.path()).path(place.verb()) instanceof ObjectNode operation
                ? operation
                : JSON.objectNode();
    }

    private ObjectNode head() {
        var document = JSON.objectNode().put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", "Koine")
                .put("version", "1")
                .put("description", Intro.HTTP + "\n\n" + codes.errors())
                .putObject("license")
                .put("name", "Apache-2.0")
                .put("identifier", "Apache-2.0");
        document.putArray("servers").addObject().put("url", "/");
        var tags = document.putArray("tags");
        words.tags().forEach((name, says) -> tags.addObject().put("name", name).put("description", says));
        return document;
    }
}
