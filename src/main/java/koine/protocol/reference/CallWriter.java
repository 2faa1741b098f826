package koine.protocol.reference;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import koine.kernel.ErrorCode;
import koine.protocol.HttpStatuses;
import koine.protocol.reference.FieldWords.Samples;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes one call down: what springdoc knows of it, with its words, and the shapes of its body and its answers.
final class CallWriter {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String APPLICATION_JSON = "application/json";
    private static final String ERROR = "ErrorBody";

    /// How refusals look with statuses that are not named.
    private static final String OTHERS = "others";

    private final Handlers handlers;
    private final TypeIndex types;
    private final RecordSchemas schemas;
    private final FieldWords fields;
    private final ErrorResponses errors;

    CallWriter(Handlers handlers, TypeIndex types, RecordSchemas schemas, FieldWords fields, ErrorResponses errors) {
        this.handlers = handlers;
        this.types = types;
        this.schemas = schemas;
        this.fields = fields;
        this.errors = errors;
    }

    /// @param key   `<method> <path>`
    /// @param found what springdoc found
    ObjectNode write(String key, Words.Call call, ObjectNode found) {
        var operation = JSON.objectNode();
        operation.put("operationId", call.id()).put("summary", call.says());
        operation.putArray("tags").add(call.tag());
        if (call.more() != null) {
            operation.put("description", call.more());
        }
        operation.set("security", Security.of(call.proof()));
        addParameters(operation, call, found);
        addBody(operation, key, call);
        addResponses(operation, key, call);
        return operation;
    }

    private void addParameters(ObjectNode operation, Words.Call call, ObjectNode found) {
        found.path("parameters").forEach(parameter -> addParameter(operation, call, (ObjectNode) parameter));
        if (call.query() != null) {
            FieldWords.all(call.query()).forEach(name -> addParameter(operation, call, query(call.query(), name)));
        }
    }

    private static ObjectNode query(Words.Form form, String name) {
        return JSON.objectNode()
                .put("name", name)
                .put("in", "query")
                .put("required", FieldWords.needed(form).contains(name));
    }

    private void addParameter(ObjectNode operation, Words.Call call, ObjectNode found) {
        var name = found.path("name").stringValue();
        var parameter = JSON.objectNode();
        List.of("name", "in", "required").forEach(part -> parameter.set(part, found.path(part)));
        var own = call.parameters() == null ? null : call.parameters().get(name);
        var schema = own == null ? fields.field("parameter", name) : fields.describe(own, text());
        parameter.set("schema", schema);
        if (schema.has("description")) {
            parameter.set("description", schema.remove("description"));
        }
        addExamples(parameter, call, name);
        operation.withArray("parameters").add(parameter);
    }

    private static ObjectNode text() {
        return JSON.objectNode().put("type", "string");
    }

    private void addExamples(ObjectNode parameter, Words.Call call, String name) {
        for (var example : examples(call)) {
            var value = values(example, parameter.path("in").stringValue()).get(name);
            if (value != null) {
                parameter
                        .withObject("/examples")
                        .putObject(example.name())
                        .set("value", samples().in(value));
            }
        }
    }

    private static Map<String, JsonNode> values(Words.Example example, String in) {
        var values = in.equals("path") ? example.path() : example.query();
        return values == null ? Map.of() : values;
    }

    private void addBody(ObjectNode operation, String key, Words.Call call) {
        var schema = body(key, call);
        if (schema == null) {
            return;
        }
        var body = operation.putObject("requestBody").put("required", true);
        var content = body.putObject("content").putObject(isFile(key) ? "*/*" : APPLICATION_JSON);
        content.set("schema", schema);
        for (var example : examples(call)) {
            if (example.body() != null) {
                content.withObject("/examples")
                        .putObject(example.name())
                        .set("value", samples().in(example.body()));
            }
        }
    }

    private @Nullable ObjectNode body(String key, Words.Call call) {
        if (call.body() != null) {
            return fields.form(call.tag(), call.body());
        }
        if (isFile(key)) {
            return JSON.objectNode().put("type", "string").put("format", "binary");
        }
        return handlers.body(key).filter(Class::isRecord).map(schemas::read).orElse(null);
    }

    private static boolean isFile(String key) {
        return key.equals("POST /media");
    }

    private void addResponses(ObjectNode operation, String key, Words.Call call) {
        var responses = operation.putObject("responses");
        var answer = call.answer() == null ? new Words.Answer(null, null, null, null) : call.answer();
        var status = answer.status() == null ? 200 : answer.status();
        responses.set(Integer.toString(status), success(key, answer));
        if (answer.others() != null) {
            answer.others().forEach((other, says) -> responses.putObject(other).put("description", says));
        }
        addRefusals(responses, call, codes(key, call, operation));
    }

    private void addRefusals(ObjectNode responses, Words.Call call, Set<ErrorCode> codes) {
        var byLook = codes.stream().collect(Collectors.groupingBy(code -> look(call, code)));
        byLook.forEach((look, ofLook) -> errors.add(responses, ofLook, schemas.written(types.named(look))));
    }

    private static String look(Words.Call call, ErrorCode code) {
        var looks = call.refusals() == null ? Map.<String, String>of() : call.refusals();
        var status = Integer.toString(HttpStatuses.of(code).value());
        return looks.getOrDefault(status, looks.getOrDefault(OTHERS, ERROR));
    }

    private Set<ErrorCode> codes(String key, Words.Call call, ObjectNode operation) {
        var codes = EnumSet.copyOf(ErrorResponses.inevitable(new ErrorResponses.Traits(
                !Security.isOpen(call.proof()),
                operation.has("requestBody") && !isFile(key),
                operation.has("parameters"))));
        if (call.errors() != null) {
            codes.addAll(call.errors());
        }
        return codes;
    }

    private ObjectNode success(String key, Words.Answer answer) {
        var response = JSON.objectNode().put("description", answer.type() == null ? "Done." : "The answer.");
        var type = answer.type() == null ? APPLICATION_JSON : answer.type();
        if (!type.equals("none")) {
            response.putObject("content").putObject(type).set("schema", schema(key, answer));
        }
        return response;
    }

    private ObjectNode schema(String key, Words.Answer answer) {
        if (answer.type() != null) {
            return JSON.objectNode().put("type", "string");
        }
        var type = handlers.answer(key).orElseThrow(() -> new IllegalStateException(key + " has no answer"));
        return schemas.written(answer.schema() == null ? type : types.named(answer.schema()));
    }

    private static List<Words.Example> examples(Words.Call call) {
        return call.examples() == null ? List.of() : call.examples();
    }

    private Samples samples() {
        return fields.samples();
    }
}
