package koine.protocol.reference;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The documents, each made when it is first asked for, away from the event loops, and then kept.
final class Documents {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final MappedCalls mapped;
    private final Handlers handlers;
    private final TypeIndex types;
    private final Map<String, JsonNode> limits;

    private final Mono<byte[]> openApiJson;
    private final Mono<byte[]> openApiYaml;
    private final Mono<byte[]> asyncApiJson;
    private final Mono<byte[]> asyncApiYaml;
    private final Mono<byte[]> asyncApiParsed;

    Documents(MappedCalls mapped, Handlers handlers, TypeIndex types, Map<String, JsonNode> limits) {
        this.mapped = mapped;
        this.handlers = handlers;
        this.types = types;
        this.limits = limits;
        var openApi = kept(this::makeOpenApi);
        this.openApiJson = openApi.map(JSON::writeValueAsBytes).cache();
        this.openApiYaml = openApi.map(Documents::yaml).cache();
        var asyncApi = kept(this::makeAsyncApi);
        this.asyncApiJson = asyncApi.map(JSON::writeValueAsBytes).cache();
        this.asyncApiYaml = asyncApi.map(Documents::yaml).cache();
        this.asyncApiParsed =
                asyncApi.map(ParsedAsyncApi::of).map(JSON::writeValueAsBytes).cache();
    }

    Mono<byte[]> openApiJson() {
        return openApiJson;
    }

    Mono<byte[]> openApiYaml() {
        return openApiYaml;
    }

    Mono<byte[]> asyncApiJson() {
        return asyncApiJson;
    }

    Mono<byte[]> asyncApiYaml() {
        return asyncApiYaml;
    }

    /// As [ParsedAsyncApi].
    Mono<byte[]> asyncApiParsed() {
        return asyncApiParsed;
    }

    private ObjectNode makeAsyncApi() {
        var events = WordsFiles.events();
        var fields = FieldWords.of(WordsFiles.calls(), limits).with(events.fields());
        return new AsyncApiDocument(events, fields, types, CodesPage.load()).write();
    }

    private ObjectNode makeOpenApi() {
        return new OpenApiDocument(WordsFiles.calls(), mapped.find(), handlers, CodesPage.load(), types).write(limits);
    }

    private static <T> Mono<T> kept(Callable<T> making) {
        return Mono.fromCallable(making)
                .subscribeOn(Schedulers.boundedElastic())
                .cache();
    }

    private static byte[] yaml(ObjectNode document) {
        var options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setWidth(120);
        return new Yaml(options).dump(JSON.convertValue(document, Map.class)).getBytes(StandardCharsets.UTF_8);
    }
}
