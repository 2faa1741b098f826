package koine.protocol;

import koine.limit.ClientAddress;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// Lets each call, and all that is said on a socket that it opens, know the address of its client. Behind a proxy
/// that is the one which the proxy names, if `server.forward-headers-strategy` says that it can be believed.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class ClientAddresses implements WebFilter {

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        var filtered = chain.filter(exchange);
        return ClientAddress.of(exchange.getRequest().getRemoteAddress())
                .map(address -> filtered.contextWrite(address::goingWith))
                .orElse(filtered);
    }
}
