package koine.protocol;

import java.util.Locale;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// Refuses bodies that are compressed or in parts: a few compressed bytes may stand for gigabytes, parts may be many,
/// and no protocol has either.
@Component
@Order(-950)
class PlainBodies implements WebFilter {

    private static final String PLAIN = "identity";
    private static final String PARTS = "multipart/";

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        var headers = exchange.getRequest().getHeaders();
        if (!isPlain(headers.getFirst(HttpHeaders.CONTENT_ENCODING))) {
            return refuse("a compressed body is not taken");
        }
        return isInParts(headers.getFirst(HttpHeaders.CONTENT_TYPE))
                ? refuse("a body in parts is not taken")
                : chain.filter(exchange);
    }

    private static boolean isPlain(@Nullable String encoding) {
        return encoding == null || encoding.isBlank() || encoding.strip().equalsIgnoreCase(PLAIN);
    }

    private static boolean isInParts(@Nullable String type) {
        return type != null && type.strip().toLowerCase(Locale.ROOT).startsWith(PARTS);
    }

    private static Mono<Void> refuse(String detail) {
        return Mono.error(new Refused(ErrorCode.UNSUPPORTED_MEDIA_TYPE, detail));
    }
}
