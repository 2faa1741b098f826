package koine.protocol.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import koine.kernel.ErrorCode;
import koine.protocol.WireTypes;
import koine.testing.Api;
import koine.testing.Api.Answer;
import koine.testing.KoineTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The OpenAPI document against the service that it describes.
@KoineTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenApiTest {

    @LocalServerPort
    private int port;

    @Autowired
    private ApplicationContext context;

    private final Words words = WordsFiles.calls();
    private ObjectNode document = JsonNodeFactory.instance.objectNode();
    private List<String> served = List.of();

    @BeforeAll
    void read() {
        document = (ObjectNode) new Api(port).get("/docs/openapi.json", null).ok();
        served = handlers().calls();
    }

    private Handlers handlers() {
        return new Handlers(context.getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class));
    }

    @Test
    void document_calls_areThoseThatAreServed() {
        var documented = new TreeSet<String>();
        document.path("paths")
                .forEachEntry((path, calls) -> calls.propertyNames()
                        .forEach(verb -> documented.add(verb.toUpperCase(Locale.ROOT) + " " + path)));

        assertThat(documented).containsExactlyElementsOf(new TreeSet<>(served));
    }

    @Test
    void document_everyCall_saysWhatItDoesWhatItAnswersAndHowItIsRefused() {
        for (var key : served) {
            var call = call(key);
            assertThat(call.path("summary").asString("")).as(key).isNotBlank();
            assertThat(call.path("responses").propertyNames()).as(key).anyMatch(status -> status.matches("101|200"));
            assertThat(codes(call)).as(key).contains("INTERNAL_ERROR", "UNAVAILABLE");
            assertThat(words.tags()).containsKey(call.path("tags").path(0).stringValue());
            if (call.path("responses")
                    .path("200")
                    .at("/content/application~1json")
                    .isObject()) {
                assertThat(Objects.requireNonNull(words.calls().get(key)).examples())
                        .as(key)
                        .isNotEmpty();
            }
        }
    }

    @Test
    void document_everyParameterOfAPath_standsInThePath() {
        for (var key : served) {
            for (var parameter : call(key).path("parameters")) {
                if (parameter.path("in").stringValue().equals("path")) {
                    assertThat(key).contains("{" + parameter.path("name").stringValue() + "}");
                }
            }
        }
    }

    @Test
    void document_errorCodes_areAllExplained() {
        var mentioned =
                served.stream().flatMap(key -> codes(call(key)).stream()).collect(Collectors.toSet());
        var never = EnumSet.of(ErrorCode.METHOD_NOT_ALLOWED, ErrorCode.NOT_ACCEPTABLE); // of no call
        var all = EnumSet.complementOf(never).stream().map(Enum::name).toList();

        assertThat(mentioned).containsExactlyInAnyOrderElementsOf(all);
        assertThat(CodesPage.load().meanings().keySet()).containsExactlyInAnyOrder(ErrorCode.values());
    }

    @Test
    void examples_sent_areAnsweredAsTheDocumentSays() {
        var world = new ReferenceWorld(port, context);
        var here = documentFor(world);
        var shapes = new Shapes(here);
        var problems = new ArrayList<String>();

        words.calls()
                .forEach((key, call) -> examples(call)
                        .forEach(example ->
                                problems.addAll(new Sent(key, example, at(here, key), world).problems(shapes))));

        assertThat(problems).isEmpty();
    }

    @Test
    void bodies_withoutWhatIsRequiredOrPastALimit_areRefusedForThatField() {
        var world = new ReferenceWorld(port, context);
        var here = documentFor(world);
        var problems = new ArrayList<String>();

        words.calls()
                .forEach((key, call) -> examples(call).stream()
                        .filter(example -> example.status() == null && example.body() instanceof ObjectNode)
                        .limit(1)
                        .forEach(example -> problems.addAll(
                                new Sent(key, example, at(here, key), world).problemsWithLimits(here))));

        assertThat(problems).isEmpty();
    }

    private ObjectNode documentFor(ReferenceWorld world) {
        return new OpenApiDocument(
                        words,
                        context.getBean(MappedCalls.class).find(),
                        handlers(),
                        CodesPage.load(),
                        new TypeIndex(context.getBeansOfType(WireTypes.class).values()))
                .write(limits(world));
    }

    private static Map<String, JsonNode> limits(ReferenceWorld world) {
        world.samples().put("message_length", JsonNodeFactory.instance.numberNode(2047));
        return world.samples();
    }

    private static List<Words.Example> examples(Words.Call call) {
        return call.examples() == null ? List.of() : call.examples();
    }

    /// An example as the document shows it.
    private record Sent(String key, Words.Example example, JsonNode call, ReferenceWorld world) {

        List<String> problems(Shapes shapes) {
            if (isAnsweredByAFile()) {
                return List.of();
            }
            var answer = send();
            var expected = example.status() == null ? 200 : example.status();
            if (answer.status() != expected) {
                return List.of("%s, %s: expected %d and got %s".formatted(key, example.name(), expected, answer));
            }
            var response = call.path("responses").path(Integer.toString(expected));
            var code = answer.code();
            if (!code.isEmpty() && !codesOf(response).contains(code)) {
                return List.of("%s, %s: %s is not documented".formatted(key, example.name(), code));
            }
            return shapes.problems(schema(response), answer.body()).stream()
                    .map(problem -> "%s, %s: %s".formatted(key, example.name(), problem))
                    .toList();
        }

        /// Sends the example once without each field that is required, and once with each that is too long or too
        /// short.
        List<String> problemsWithLimits(JsonNode document) {
            var schema = call.at("/requestBody/content/application~1json/schema");
            var known = schema.has("$ref")
                    ? document.at(schema.path("$ref").stringValue().substring(1))
                    : schema;
            var problems = new ArrayList<String>();
            known.path("required").forEach(field -> problems.addAll(refused(field.stringValue(), null)));
            known.path("properties").forEachEntry((field, rules) -> {
                if (rules.has("maxLength")) {
                    problems.addAll(
                            refused(field, "a".repeat(rules.path("maxLength").intValue() + 1)));
                }
                if (rules.has("minLength")) {
                    problems.addAll(
                            refused(field, "a".repeat(rules.path("minLength").intValue() - 1)));
                }
            });
            return problems;
        }

        private List<String> refused(String field, @Nullable String value) {
            var body = (ObjectNode) ((ObjectNode) Objects.requireNonNull(body())).deepCopy();
            body.remove(field);
            if (value != null) {
                body.put(field, value);
            }
            var answer = send(body);
            return answer.status() == 400 && answer.body().toString().contains(field)
                    ? List.of()
                    : List.of("%s with %s = %s: %s".formatted(key, field, value, answer));
        }

        /// What is read as it is: its status is looked at, and nothing else.
        private boolean isAnsweredByAFile() {
            var status = example.status() == null ? 200 : example.status();
            return key.startsWith("GET /media/") && status < 300 && fileStatus() == status;
        }

        private int fileStatus() {
            return world.status(path(key.split(" ", 2)[1]), world.token(example.as()), headers());
        }

        private Map<String, String> headers() {
            return example.headers() == null ? Map.of() : example.headers();
        }

        private static JsonNode schema(JsonNode response) {
            var json = response.at("/content/application~1json/schema");
            return json.isObject() ? json : JsonNodeFactory.instance.objectNode();
        }

        private Answer send() {
            return send(body());
        }

        private Answer send(@Nullable Object body) {
            var parts = key.split(" ", 2);
            return world.api().call(parts[0], path(parts[1]), world.token(example.as()), body, headers());
        }

        private @Nullable Object body() {
            for (var content : call.path("requestBody").path("content")) {
                var value = content.path("examples").path(example.name()).path("value");
                return value.isMissingNode() ? null : value.isString() ? value.stringValue() : value;
            }
            return null;
        }

        private String path(String template) {
            var path = template;
            var query = new ArrayList<String>();
            for (var parameter : call.path("parameters")) {
                var name = parameter.path("name").stringValue();
                var value = parameter.path("examples").path(example.name()).path("value");
                if (parameter.path("in").stringValue().equals("path")) {
                    path = path.replace("{" + name + "}", value.asString());
                } else if (!value.isMissingNode()) {
                    query.add(name + "=" + URLEncoder.encode(value.asString(), StandardCharsets.UTF_8));
                }
            }
            return query.isEmpty() ? path : path + "?" + String.join("&", query);
        }
    }

    private JsonNode call(String key) {
        return at(document, key);
    }

    private static JsonNode at(JsonNode document, String key) {
        var parts = key.split(" ", 2);
        return document.path("paths").path(parts[1]).path(parts[0].toLowerCase(Locale.ROOT));
    }

    private static List<String> codes(JsonNode call) {
        return StreamSupport.stream(call.path("responses").spliterator(), false)
                .flatMap(response -> codesOf(response).stream())
                .toList();
    }

    private static List<String> codesOf(JsonNode response) {
        return StreamSupport.stream(response.path("x-error-codes").spliterator(), false)
                .map(JsonNode::stringValue)
                .toList();
    }
}
