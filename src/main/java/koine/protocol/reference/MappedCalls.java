package koine.protocol.reference;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Locale;
import org.springdoc.core.customizers.SpringDocCustomizers;
import org.springdoc.core.properties.SpringDocConfigProperties;
import org.springdoc.core.providers.SpringDocProviders;
import org.springdoc.core.service.AbstractRequestService;
import org.springdoc.core.service.GenericResponseService;
import org.springdoc.core.service.OpenAPIService;
import org.springdoc.core.service.OperationService;
import org.springdoc.webflux.api.OpenApiResource;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What springdoc finds out about the calls that are served: paths, methods and parameters. It has no path of its
/// own, unlike what springdoc would configure: [Documents] serves the outcome.
class MappedCalls extends OpenApiResource {

    private static final JsonMapper JSON = JsonMapper.shared();

    MappedCalls(
            ObjectFactory<OpenAPIService> openApi,
            AbstractRequestService requests,
            GenericResponseService responses,
            OperationService operations,
            SpringDocConfigProperties properties,
            SpringDocProviders providers,
            SpringDocCustomizers customizers) {
        super(openApi, requests, responses, operations, properties, providers, customizers);
    }

    /// The document as springdoc makes it. Takes a second or so the first time.
    ObjectNode find() {
        try {
            return (ObjectNode) JSON.readTree(writeJsonValue(getOpenApi("", Locale.ROOT)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected String getServerUrl(ServerHttpRequest request, String path) {
        return "";
    }
}
