package koine.protocol.reference;

import java.util.List;
import koine.page.StaticPages;
import koine.page.WebJars;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
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

    /// Nothing but what is served here is run, shown or talked to.
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final MediaType YAML = MediaType.parseMediaType("application/yaml;charset=utf-8");

    private static final List<String> OWN = List.of("calls.js", "events.js", "no-compiler.js", "page.css");
    private static final List<String> OF_SWAGGER_UI = List.of("swagger-ui.css", "swagger-ui-bundle.js");

    @Bean
    RouterFunction<ServerResponse> referencePageRoutes() {
        var pages = new StaticPages(POLICY);
        var routes = RouterFunctions.route()
                .add(pages.file("/docs", own("calls.html")))
                .add(pages.file("/docs/events", own("events.html")))
                .add(pages.file(ASSETS + "asyncapi.css", new ClassPathResource("reference/asyncapi/asyncapi.css")))
                .add(pages.file(ASSETS + "asyncapi.js", new ClassPathResource("reference/asyncapi/without-parser.js")));
        OWN.forEach(name -> routes.add(pages.file(ASSETS + name, own(name))));
        OF_SWAGGER_UI.forEach(name -> routes.add(pages.file(ASSETS + name, WebJars.file("swagger-ui", name))));
        return routes.build();
    }

    @Bean
    RouterFunction<ServerResponse> referenceRoutes(Documents documents) {
        return RouterFunctions.route()
                .add(document("/docs/openapi.json", MediaType.APPLICATION_JSON, documents.openApiJson()))
                .add(document("/docs/openapi.yaml", YAML, documents.openApiYaml()))
                .add(document("/docs/asyncapi.json", MediaType.APPLICATION_JSON, documents.asyncApiJson()))
                .add(document("/docs/asyncapi.yaml", YAML, documents.asyncApiYaml()))
                .add(document(ASSETS + "asyncapi.json", MediaType.APPLICATION_JSON, documents.asyncApiParsed()))
                .build();
    }

    private static ClassPathResource own(String name) {
        return new ClassPathResource("reference/pages/" + name);
    }

    private static RouterFunction<ServerResponse> document(String path, MediaType type, Mono<byte[]> document) {
        return RouterFunctions.route(
                StaticPages.reading(path),
                _ -> document.flatMap(bytes -> ServerResponse.ok()
                        .contentType(type)
                        .cacheControl(CacheControl.noCache())
                        .bodyValue(bytes)));
    }
}
