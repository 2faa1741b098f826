package koine.protocol.reference;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import koine.kernel.ErrorCode;
import koine.protocol.HttpStatuses;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// How a call may be refused: one response for each status, with the codes that it may have.
final class ErrorResponses {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Set<ErrorCode> FOR_THE_MOMENT = EnumSet.of(ErrorCode.TOO_MANY_REQUESTS, ErrorCode.UNAVAILABLE);

    private final Map<ErrorCode, String> meanings;

    ErrorResponses(CodesPage page) {
        this.meanings = page.meanings();
    }

    /// What the call is, as far as it matters to how it may be refused.
    record Traits(boolean proof, boolean body, boolean parameters) {}

    /// The codes that follow from what a call is. Past its limits anybody is refused, whatever they ask for.
    static Set<ErrorCode> inevitable(Traits traits) {
        var codes = EnumSet.of(ErrorCode.TOO_MANY_REQUESTS, ErrorCode.INTERNAL_ERROR, ErrorCode.UNAVAILABLE);
        if (traits.proof()) {
            codes.add(ErrorCode.NOT_AUTHENTICATED);
        }
        if (traits.body()) {
            codes.addAll(Set.of(ErrorCode.TOO_LARGE, ErrorCode.UNSUPPORTED_MEDIA_TYPE));
        }
        if (traits.body() || traits.parameters()) {
            codes.add(ErrorCode.INVALID_REQUEST);
        }
        return codes;
    }

    /// @param schema how the errors look
    void add(ObjectNode responses, Collection<ErrorCode> codes, ObjectNode schema) {
        var byStatus = codes.stream()
                .collect(Collectors.groupingBy(
                        code -> HttpStatuses.of(code).value(), TreeMap::new, Collectors.toList()));
        byStatus.forEach((status, ofStatus) -> responses.set(Integer.toString(status), response(ofStatus, schema)));
    }

    private ObjectNode response(Collection<ErrorCode> codes, ObjectNode schema) {
        var response = JSON.objectNode();
        response.put("description", codes.stream().map(this::line).collect(Collectors.joining("\n")));
        codes.forEach(code -> response.withArray("x-error-codes").add(code.name()));
        if (codes.contains(ErrorCode.NOT_AUTHENTICATED)) {
            header(response, "WWW-Authenticate", "Bearer");
        }
        if (codes.stream().anyMatch(FOR_THE_MOMENT::contains)) {
            header(response, "Retry-After", "after how many seconds to try again");
        }
        response.withObject("/content").putObject("application/json").set("schema", schema.deepCopy());
        return response;
    }

    private String line(ErrorCode code) {
        return "- `%s`: %s".formatted(code, meanings.getOrDefault(code, ""));
    }

    private static void header(ObjectNode response, String name, String description) {
        var header = response.withObject("/headers").putObject(name);
        header.put("description", description);
        header.putObject("schema").put("type", "string");
    }
}
