package koine.protocol;

import koine.auth.SessionCookies;
import koine.auth.Visit;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// Looks at where a socket's handshake comes from, in every protocol and before any of them: CORS does not hold for
/// sockets.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 100)
class HandshakeOrigins implements WebFilter {

    private final SessionCookies cookies;

    HandshakeOrigins(SessionCookies cookies) {
        this.cookies = cookies;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        var request = exchange.getRequest();
        return Visit.isHandshake(request)
                ? cookies.checkHandshake(Visit.of(request)).then(Mono.defer(() -> chain.filter(exchange)))
                : chain.filter(exchange);
    }
}
