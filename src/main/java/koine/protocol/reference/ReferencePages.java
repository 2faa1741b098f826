package koine.protocol.reference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/// The reference as it is served. Nothing of it is fetched from elsewhere.
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "koine.reference.enabled", matchIfMissing = true)
class ReferencePages {

    /// All that can be read without a token.
    static final String[] PATHS = {"/docs", "/docs/**"};

    private static final String ASSETS = "/docs/assets/";
    private static final String ASYNCAPI = "reference/asyncapi/";
    private static final String SWAGGER_UI = "META-INF/resources/webjars/swagger-ui/*/";

    /// Nothing but what is served here is run, shown or talked to.
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final MediaType HTML = MediaType.parseMediaType("text/html;charset=utf-8");
    private static final MediaType CSS = MediaType.parseMediaType("text/css;charset=utf-8");
    private static final MediaType JAVASCRIPT = MediaType.parseMediaType("text/javascript;charset=utf-8");
    private static final MediaType YAML = MediaType.parseMediaType("application/yaml;charset=utf-8");

    private static final CacheControl REVALIDATED = CacheControl.noCache();
    private static final CacheControl FOR_A_DAY =
            CacheControl.maxAge(Duration.ofDays(1)).cachePublic();

    @Bean
    RouterFunction<ServerResponse> referenceRoutes(Documents documents) {
        return RouterFunctions.route()
                .add(file("/docs", HTML, own("calls.html"), REVALIDATED))
                .add(file(ASSETS + "calls.js", JAVASCRIPT, own("calls.js"), REVALIDATED))
                .add(file(ASSETS + "page.css", CSS, own("page.css"), REVALIDATED))
                .add(file(ASSETS + "swagger-ui.css", CSS, packaged(SWAGGER_UI + "swagger-ui.css"), FOR_A_DAY))
                .add(file(
                        ASSETS + "swagger-ui-bundle.js",
                        JAVASCRIPT,
                        packaged(SWAGGER_UI + "swagger-ui-bundle.js"),
                        FOR_A_DAY))
                .add(document("/docs/openapi.json", MediaType.APPLICATION_JSON, documents.openApiJson()))
                .add(document("/docs/openapi.yaml", YAML, documents.openApiYaml()))
                .add(file("/docs/events", HTML, own("events.html"), REVALIDATED))
                .add(file(ASSETS + "events.js", JAVASCRIPT, own("events.js"), REVALIDATED))
                .add(file(ASSETS + "no-compiler.js", JAVASCRIPT, own("no-compiler.js"), REVALIDATED))
                .add(file(ASSETS + "asyncapi.css", CSS, new ClassPathResource(ASYNCAPI + "asyncapi.css"), FOR_A_DAY))
                .add(file(
                        ASSETS + "asyncapi.js",
                        JAVASCRIPT,
                        new ClassPathResource(ASYNCAPI + "without-parser.js"),
                        FOR_A_DAY))
                .add(document("/docs/asyncapi.json", MediaType.APPLICATION_JSON, documents.asyncApiJson()))
                .add(document("/docs/asyncapi.yaml", YAML, documents.asyncApiYaml()))
                .add(document(ASSETS + "asyncapi.json", MediaType.APPLICATION_JSON, documents.asyncApiParsed()))
                .build();
    }

    private static Resource own(String name) {
        return new ClassPathResource("reference/pages/" + name);
    }

    /// A file of a library, whose version stands in the path.
    private static Resource packaged(String pattern) {
        try {
            return new PathMatchingResourcePatternResolver().getResources("classpath*:" + pattern)[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RouterFunction<ServerResponse> file(
            String path, MediaType type, Resource file, CacheControl caching) {
        return RouterFunctions.route(
                RequestPredicates.GET(path),
                _ -> answer(type).cacheControl(caching).bodyValue(file));
    }

    private static RouterFunction<ServerResponse> document(String path, MediaType type, Mono<byte[]> document) {
        return RouterFunctions.route(
                RequestPredicates.GET(path),
                _ -> document.flatMap(
                        bytes -> answer(type).cacheControl(REVALIDATED).bodyValue(bytes)));
    }

    private static ServerResponse.BodyBuilder answer(MediaType type) {
        return ServerResponse.ok()
                .contentType(type)
                .header("Content-Security-Policy", POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer");
    }
}
