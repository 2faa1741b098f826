package koine.protocol;

import java.util.Map;
import koine.auth.Origins;
import koine.auth.Visit;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// What every answer says to browsers, whatever it is and whoever gives it: a header that is there already stays. So
/// an answer that says nothing itself is for programs: no page may show it, and taken for a page it can do nothing. A
/// page that we serve sets a `Content-Security-Policy` of its own, which allows what it needs and no more.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class AnswerHeaders implements WebFilter {

    private static final Map<String, String> ALWAYS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "X-Frame-Options",
            "DENY",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Permissions-Policy",
            "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
            HttpHeaders.CACHE_CONTROL,
            "no-store");

    private static final String TLS_ONLY = "Strict-Transport-Security";
    private static final String A_YEAR = "max-age=31536000";

    private final Origins origins;

    AnswerHeaders(Origins origins) {
        this.origins = origins;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        exchange.getResponse().beforeCommit(() -> Mono.fromRunnable(() -> add(exchange)));
        return chain.filter(exchange);
    }

    private void add(ServerWebExchange exchange) {
        var headers = exchange.getResponse().getHeaders();
        ALWAYS.forEach((name, value) -> addIfMissing(headers, name, value));
        if (Visit.of(exchange.getRequest()).isSecure()) {
            addIfMissing(headers, TLS_ONLY, A_YEAR);
        }
        if (!origins.allowed().isEmpty() && !headers.getVary().contains(HttpHeaders.ORIGIN)) {
            headers.add(HttpHeaders.VARY, HttpHeaders.ORIGIN); // or a cache gives one page what another was answered
        }
    }

    private static void addIfMissing(HttpHeaders headers, String name, String value) {
        if (!headers.containsHeader(name)) {
            headers.set(name, value);
        }
    }
}
