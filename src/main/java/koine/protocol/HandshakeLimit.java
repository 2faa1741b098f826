package koine.protocol;

import koine.auth.Visit;
import koine.limit.Cap;
import koine.limit.Caps;
import koine.limit.ClientAddress;
import koine.limit.Limit;
import koine.limit.Limits;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// Counts what opens a socket, of whatever protocol, before anybody looks at who it is: how often, and how many there
/// are from one address at a time.
@Component
@Order(-1_000)
class HandshakeLimit implements WebFilter {

    private static final String PLACE = HandshakeLimit.class.getName();

    private final Limits limits;
    private final Caps caps;

    HandshakeLimit(Limits limits, Caps caps) {
        this.limits = limits;
        this.caps = caps;
    }

    /// The socket that the request has opened keeps the place that was taken for it; gives how to leave it.
    static Runnable keepPlace(ServerWebExchange exchange) {
        return exchange.getAttributes().remove(PLACE) instanceof Caps.Place place ? place::leave : () -> {};
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return Visit.isHandshake(exchange.getRequest())
                ? limits.count(Limit.HANDSHAKES).then(withPlace(exchange, chain))
                : chain.filter(exchange);
    }

    private Mono<Void> withPlace(ServerWebExchange exchange, WebFilterChain chain) {
        return Mono.deferContextual(context -> {
            exchange.getAttributes().put(PLACE, caps.take(Cap.CONNECTIONS, ClientAddress.networkIn(context)));
            return chain.filter(exchange).doFinally(_ -> keepPlace(exchange).run());
        });
    }
}
