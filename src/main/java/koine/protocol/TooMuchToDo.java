package koine.protocol;

import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.limit.Pressure;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// Refuses calls at once while so many wait that these would only wait longer: so those that are taken are answered
/// in time, and what waits takes a bounded memory. Whether the service is well can always be asked.
@Component
@Order(-900)
class TooMuchToDo implements WebFilter {

    private static final String HEALTH = "/actuator/";

    private final Pressure pressure;

    TooMuchToDo(Pressure pressure) {
        this.pressure = pressure;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return pressure.isTooHigh() && !isAboutHealth(exchange)
                ? Mono.error(new Refused(ErrorCode.UNAVAILABLE, "there is too much to do at the moment; try again"))
                : chain.filter(exchange);
    }

    private static boolean isAboutHealth(ServerWebExchange exchange) {
        return exchange.getRequest().getPath().pathWithinApplication().value().startsWith(HEALTH);
    }
}
