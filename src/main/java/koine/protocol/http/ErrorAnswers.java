package koine.protocol.http;

import java.util.Objects;
import java.util.Optional;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.protocol.Refusals;
import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.core.annotation.Order;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Answers everything that goes wrong in the shape of the native HTTP API, what the framework refuses by itself
/// included.
@Component
@Order(-2)
class ErrorAnswers implements ErrorWebExceptionHandler {

    /// How long a client that was refused for the moment should wait, in seconds.
    private static final String RETRY_AFTER = "1";

    private final JsonMapper json;

    ErrorAnswers(JsonMapper json) {
        this.json = json;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable problem) {
        var response = exchange.getResponse();
        if (response.isCommitted()) {
            return Mono.error(problem);
        }
        var refused = refusal(problem);
        addHeaders(response, refused, problem);
        var body = response.bufferFactory().wrap(json.writeValueAsBytes(ErrorBody.of(refused)));
        return response.writeWith(Mono.just(body));
    }

    private static void addHeaders(ServerHttpResponse response, Refused refused, Throwable problem) {
        response.setStatusCode(HttpStatuses.of(refused.code()));
        var headers = response.getHeaders();
        headers.setContentType(MediaType.APPLICATION_JSON);
        switch (refused.code()) {
            case NOT_AUTHENTICATED -> headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
            case TOO_MANY_REQUESTS, UNAVAILABLE -> headers.set(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
            case METHOD_NOT_ALLOWED, UNSUPPORTED_MEDIA_TYPE, NOT_ACCEPTABLE -> addFrameworkHeaders(headers, problem);
            default -> {}
        }
    }

    private static void addFrameworkHeaders(HttpHeaders headers, Throwable problem) {
        if (problem instanceof ResponseStatusException refused) {
            refused.getHeaders().forEach(headers::put);
        }
    }

    private static Refused refusal(Throwable problem) {
        return fromFramework(problem).orElseGet(() -> Refusals.of(problem));
    }

    private static Optional<Refused> fromFramework(Throwable problem) {
        if (isCausedBy(DataBufferLimitException.class, problem)) {
            return refused(ErrorCode.TOO_LARGE, "the body is too large");
        }
        return switch (problem) {
            case ResponseStatusException refused ->
                fromStatus(refused.getStatusCode().value(), problem);
            case DecodingException _ -> Optional.of(malformed(problem));
            default -> Optional.empty();
        };
    }

    private static Optional<Refused> fromStatus(int status, Throwable problem) {
        return switch (status) {
            case 400 -> Optional.of(malformed(problem));
            case 404 -> refused(ErrorCode.NOT_FOUND, "there is nothing at this path");
            case 405 -> refused(ErrorCode.METHOD_NOT_ALLOWED, "this path does not take this method");
            case 406 -> refused(ErrorCode.NOT_ACCEPTABLE, "the answer is application/json");
            case 413 -> refused(ErrorCode.TOO_LARGE, "the body is too large");
            case 415 -> refused(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "the body must be application/json");
            default -> Optional.empty();
        };
    }

    private static Optional<Refused> refused(ErrorCode code, String detail) {
        return Optional.of(new Refused(code, detail));
    }

    private static Refused malformed(Throwable problem) {
        return fieldAtFault(problem)
                .map(field -> Refused.invalid(field, "is malformed, or has the wrong type"))
                .orElseGet(() -> new Refused(ErrorCode.INVALID_REQUEST, "the request is malformed"));
    }

    /// The outermost field whose value could not be read.
    private static Optional<String> fieldAtFault(Throwable problem) {
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            if (cause instanceof JacksonException unreadable) {
                return unreadable.getPath().stream()
                        .map(JacksonException.Reference::getPropertyName)
                        .filter(Objects::nonNull)
                        .findFirst();
            }
        }
        return Optional.empty();
    }

    private static boolean isCausedBy(Class<? extends Throwable> type, Throwable problem) {
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
