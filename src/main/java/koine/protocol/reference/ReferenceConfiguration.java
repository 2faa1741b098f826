package koine.protocol.reference;

import java.util.List;
import java.util.Map;
import koine.auth.PublicPaths;
import koine.message.MessageLimits;
import koine.protocol.WireTypes;
import org.springdoc.core.customizers.SpringDocCustomizers;
import org.springdoc.core.properties.SpringDocConfigProperties;
import org.springdoc.core.providers.SpringDocProviders;
import org.springdoc.core.service.AbstractRequestService;
import org.springdoc.core.service.GenericResponseService;
import org.springdoc.core.service.OpenAPIService;
import org.springdoc.core.service.OperationService;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.node.JsonNodeFactory;

/// Everything of the reference, or nothing.
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "koine.reference.enabled", matchIfMissing = true)
class ReferenceConfiguration {

    @Bean
    PublicPaths referencePublicPaths() {
        return PublicPaths.toRead(ReferencePages.PATHS);
    }

    @Bean
    MappedCalls mappedCalls(
            ObjectFactory<OpenAPIService> openApi,
            AbstractRequestService requests,
            GenericResponseService responses,
            OperationService operations,
            SpringDocConfigProperties properties,
            SpringDocProviders providers,
            SpringDocCustomizers customizers) {
        return new MappedCalls(openApi, requests, responses, operations, properties, providers, customizers);
    }

    @Bean
    Documents referenceDocuments(
            MappedCalls mapped,
            @Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping mappings,
            List<WireTypes> published,
            MessageLimits messages) {
        var length = JsonNodeFactory.instance.numberNode(messages.maxLength());
        return new Documents(
                mapped, new Handlers(mappings), new TypeIndex(published), Map.of("message_length", length));
    }
}
