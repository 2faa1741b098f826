package koine.protocol.matcha;

import koine.kernel.Refused;
import koine.protocol.HttpRefusals;
import koine.protocol.HttpStatuses;
import koine.protocol.ProtocolErrors;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/// Answers everything that goes wrong under `/api` in the protocol's shape, what the framework refuses by itself
/// included. Comes before the one who answers everywhere else.
@Component
@Order(-3)
class MatchaErrors implements WebExceptionHandler {

    private final MatchaCodec codec = new MatchaCodec();
    private final ProtocolErrors.Tally errors;

    MatchaErrors(ProtocolErrors errors) {
        this.errors = errors.of("matcha");
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable problem) {
        var path = exchange.getRequest().getPath().pathWithinApplication().value();
        return isOurs(path) && !exchange.getResponse().isCommitted()
                ? answer(exchange, HttpRefusals.of(problem), problem)
                : Mono.error(problem);
    }

    private static boolean isOurs(String path) {
        return path.equals("/api") || path.startsWith("/api/");
    }

    private Mono<Void> answer(ServerWebExchange exchange, Refused refused, Throwable problem) {
        errors.note(refused.code());
        var response = exchange.getResponse();
        response.setStatusCode(HttpStatuses.of(refused.code()));
        var headers = response.getHeaders();
        if (problem instanceof ResponseStatusException framework) {
            framework.getHeaders().forEach(headers::put);
        }
        HttpRefusals.retryAfter(refused).ifPresent(seconds -> headers.set(HttpHeaders.RETRY_AFTER, seconds));
        headers.setContentType(MediaType.APPLICATION_JSON);
        var body = codec.write(new Outgoing.Problem(Problems.message(refused)));
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }
}
