package koine.protocol.phonechat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import koine.protocol.StrictJson;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a call was given: the query's parameters for `GET`, a JSON object's fields for other methods. All that
/// is missing or malformed is refused with a [NotDone] that names the field.
final class Fields {

    private static final JsonMapper JSON = JsonMapper.builder(StrictJson.factory())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final int MAX_LIST = 1_000;

    private final JsonNode fields;

    private Fields(JsonNode fields) {
        this.fields = fields;
    }

    static Fields of(ServerHttpRequest request, byte @Nullable [] body) {
        return request.getMethod().equals(HttpMethod.GET) || body == null || body.length == 0
                ? new Fields(JSON.valueToTree(
                        new LinkedHashMap<>(request.getQueryParams().toSingleValueMap())))
                : new Fields(object(body));
    }

    private static JsonNode object(byte[] body) {
        try {
            var tree = JSON.readTree(body);
            if (tree.isObject()) {
                return tree;
            }
        } catch (JacksonException _) {
            throw NotDone.error("the body must be a JSON object");
        }
        throw NotDone.error("the body must be a JSON object");
    }

    /// Text, or a whole number, which is the text of its digits.
    String text(String name) {
        var text = optional(name);
        if (text == null) {
            throw invalid(name, "is required");
        }
        return text;
    }

    /// Like [#text]; null if it is not there.
    @Nullable
    String optional(String name) {
        var value = fields.path(name);
        return value.isMissingNode() || value.isNull() ? null : text(name, value);
    }

    /// The numbers in a list; none if it is not there.
    List<String> numbers(String name) {
        var value = fields.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return List.of();
        }
        if (!value.isArray() || value.size() > MAX_LIST) {
            throw invalid(name, "must be a list of at most %d numbers".formatted(MAX_LIST));
        }
        return value.valueStream().map(each -> text(name, each)).distinct().toList();
    }

    static NotDone invalid(String field, String problem) {
        return NotDone.error(Map.of(field, List.of(problem)));
    }

    private static String text(String name, JsonNode value) {
        if (value.isIntegralNumber()) {
            return value.bigIntegerValue().toString();
        }
        if (!value.isString()) {
            throw invalid(name, "must be text");
        }
        return value.stringValue();
    }
}
