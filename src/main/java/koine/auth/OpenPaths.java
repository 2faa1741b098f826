package koine.auth;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/// Matches what needs no bearer token. Spring Security's own matchers write for every request what each of them
/// thinks of it, for a log that nobody reads, which was 4 % of a page of history.
final class OpenPaths implements ServerWebExchangeMatcher {

    private final List<Open> all;

    OpenPaths(List<PublicPaths> publicPaths) {
        this.all = publicPaths.stream().flatMap(Open::of).toList();
    }

    /// @param method null for every one
    private record Open(PathPattern path, @Nullable HttpMethod method) {

        static Stream<Open> of(PublicPaths paths) {
            var method =
                    Optional.ofNullable(paths.method()).map(HttpMethod::valueOf).orElse(null);
            return paths.patterns().stream().map(pattern -> new Open(parsed(pattern), method));
        }

        private static PathPattern parsed(String pattern) {
            var parser = PathPatternParser.defaultInstance;
            return parser.parse(parser.initFullPathPattern(pattern));
        }

        /// Who asks for the head of an answer asks for less of it (RFC 9110, section 9.3.2).
        private static HttpMethod asked(ServerHttpRequest request) {
            return HttpMethod.HEAD.equals(request.getMethod()) ? HttpMethod.GET : request.getMethod();
        }

        boolean matches(ServerWebExchange exchange) {
            var request = exchange.getRequest();
            return (method == null || method.equals(asked(request)))
                    && path.matches(request.getPath().pathWithinApplication());
        }
    }

    @Override
    public Mono<MatchResult> matches(ServerWebExchange exchange) {
        return all.stream().anyMatch(open -> open.matches(exchange)) ? MatchResult.match() : MatchResult.notMatch();
    }
}
