package koine.protocol.events;

import java.util.List;
import java.util.Optional;
import koine.auth.SignedIn;
import koine.auth.Tickets;
import koine.auth.Tokens;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Finds out who asks for events: by a bearer token in the header, by one in the WebSocket sub-protocols, or by
/// a ticket. The latter two are for browsers, which can't send headers with these requests.
@Component
class Callers {

    private static final String BEARER_HEADER = "Bearer ";
    private static final String BEARER_SUB_PROTOCOL = "bearer.";

    private final Tokens tokens;
    private final Tickets tickets;

    Callers(Tokens tokens, Tickets tickets) {
        this.tokens = tokens;
        this.tickets = tickets;
    }

    /// Who sent the request, by the first of the three forms that it has.
    ///
    /// Errors: `NOT_AUTHENTICATED`.
    Mono<SignedIn> of(ServerHttpRequest request) {
        return token(request.getHeaders())
                .map(tokens::verify)
                .or(() -> ticket(request).map(tickets::redeem))
                .orElseGet(() -> Mono.error(new Refused(
                        ErrorCode.NOT_AUTHENTICATED,
                        "the socket needs a bearer token, as header or sub-protocol, or a ticket")));
    }

    private static Optional<String> token(HttpHeaders headers) {
        var header = headers.getFirst(HttpHeaders.AUTHORIZATION);
        return header != null && header.regionMatches(true, 0, BEARER_HEADER, 0, BEARER_HEADER.length())
                ? Optional.of(header.substring(BEARER_HEADER.length()).strip())
                : subProtocols(headers).stream()
                        .filter(name -> name.startsWith(BEARER_SUB_PROTOCOL))
                        .map(name -> name.substring(BEARER_SUB_PROTOCOL.length()))
                        .findFirst();
    }

    private static List<String> subProtocols(HttpHeaders headers) {
        return headers.getValuesAsList("Sec-WebSocket-Protocol");
    }

    private static Optional<String> ticket(ServerHttpRequest request) {
        return Optional.ofNullable(request.getQueryParams().getFirst("ticket"));
    }
}
