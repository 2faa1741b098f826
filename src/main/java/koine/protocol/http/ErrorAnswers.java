package koine.protocol.http;

import koine.kernel.Refused;
import koine.protocol.HttpRefusals;
import koine.protocol.HttpStatuses;
import koine.protocol.ProtocolErrors;
import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/// Answers everything that goes wrong in the shape of the native HTTP API, what the framework refuses by itself
/// included.
@Component
@Order(-2)
class ErrorAnswers implements ErrorWebExceptionHandler {

    private final JsonMapper json;
    private final ProtocolErrors.Tally errors;

    ErrorAnswers(JsonMapper json, ProtocolErrors errors) {
        this.json = json;
        this.errors = errors.of("native");
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable problem) {
        var response = exchange.getResponse();
        if (response.isCommitted()) {
            return Mono.error(problem);
        }
        var refused = HttpRefusals.of(problem);
        errors.note(refused.code());
        addHeaders(response, refused, problem);
        var body = response.bufferFactory().wrap(json.writeValueAsBytes(ErrorBody.of(refused)));
        return response.writeWith(Mono.just(body));
    }

    private static void addHeaders(ServerHttpResponse response, Refused refused, Throwable problem) {
        response.setStatusCode(HttpStatuses.of(refused.code()));
        var headers = response.getHeaders();
        headers.setContentType(MediaType.APPLICATION_JSON);
        HttpRefusals.retryAfter(refused).ifPresent(seconds -> headers.set(HttpHeaders.RETRY_AFTER, seconds));
        switch (refused.code()) {
            case NOT_AUTHENTICATED -> headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
            case METHOD_NOT_ALLOWED, UNSUPPORTED_MEDIA_TYPE, NOT_ACCEPTABLE -> addFrameworkHeaders(headers, problem);
            default -> {}
        }
    }

    private static void addFrameworkHeaders(HttpHeaders headers, Throwable problem) {
        if (problem instanceof ResponseStatusException refused) {
            refused.getHeaders().forEach(headers::put);
        }
    }
}
