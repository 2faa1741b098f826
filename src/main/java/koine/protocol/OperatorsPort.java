package koine.protocol;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// Keeps the service itself off the port for operators, on which Spring's dispatcher would find its pages and
/// sockets as well: what is limited or hidden in front of the public port is not to be had there.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class OperatorsPort implements WebFilter {

    private static final String THEIRS = "/actuator";

    private final Environment environment;
    private volatile int port = -1;

    OperatorsPort(Environment environment) {
        this.environment = environment;
    }

    /// Only then it is known for sure: it may be any free one.
    @EventListener(ApplicationReadyEvent.class)
    void know() {
        port = environment.getProperty("local.management.port", Integer.class, -1);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (isTheirs(exchange.getRequest())) {
            return chain.filter(exchange);
        }
        exchange.getResponse().setStatusCode(HttpStatus.NOT_FOUND);
        return exchange.getResponse().setComplete();
    }

    private boolean isTheirs(ServerHttpRequest request) {
        var local = request.getLocalAddress();
        return local == null
                || local.getPort() != port
                || request.getPath().value().startsWith(THEIRS);
    }
}
