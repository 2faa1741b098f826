package koine.auth;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import koine.kernel.Refused;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.ServerAuthenticationEntryPoint;
import org.springframework.security.web.server.authentication.AuthenticationWebFilter;
import org.springframework.security.web.server.authentication.ServerAuthenticationEntryPointFailureHandler;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import org.springframework.security.web.server.util.matcher.NegatedServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher.MatchResult;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsWebFilter;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Mono;

/// Lets a request through if its path is public, if it has `Authorization: Bearer` with a good token or, at paths
/// where that counts and without such a header, the cookie of a session. With a cookie, what is not to read only
/// must come from a page that is trusted ([Origins]). Only pages of listed origins are told by CORS that they may read
/// what they ask for. How a refusal looks is the protocol's matter: it supplies the entry point.
@Configuration(proxyBeanMethods = false)
class SecurityChain {

    private static final String SCHEME = "Bearer ";
    private static final Duration PREFLIGHT_KEPT = Duration.ofHours(1);
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    /// What scripts may read of an answer's headers, besides what they always may.
    private static final List<String> EXPOSED = List.of(
            HttpHeaders.ACCEPT_RANGES,
            HttpHeaders.CONTENT_DISPOSITION,
            HttpHeaders.CONTENT_RANGE,
            HttpHeaders.ETAG,
            HttpHeaders.RETRY_AFTER);

    @Bean
    SecurityWebFilterChain koineSecurity(
            ServerHttpSecurity http,
            Tokens tokens,
            SessionCookies cookies,
            Origins origins,
            List<PublicPaths> publicPaths,
            ObjectProvider<CookiePaths> cookiePaths,
            ServerAuthenticationEntryPoint entryPoint) {
        var open = new OpenPaths(publicPaths);
        var proofs = new Proofs(tokens, cookies, matcher(cookiePaths.stream().map(CookiePaths::patterns)));
        return http.csrf(ServerHttpSecurity.CsrfSpec::disable)
                .headers(ServerHttpSecurity.HeaderSpec::disable)
                .httpBasic(ServerHttpSecurity.HttpBasicSpec::disable)
                .formLogin(ServerHttpSecurity.FormLoginSpec::disable)
                .logout(ServerHttpSecurity.LogoutSpec::disable)
                .requestCache(ServerHttpSecurity.RequestCacheSpec::disable)
                .securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
                .addFilterAt(crossOrigin(origins), SecurityWebFiltersOrder.CORS)
                .addFilterAt(proving(proofs, open, entryPoint), SecurityWebFiltersOrder.AUTHENTICATION)
                .exceptionHandling(handling -> handling.authenticationEntryPoint(entryPoint))
                .authorizeExchange(
                        paths -> paths.matchers(open).permitAll().anyExchange().authenticated())
                .build();
    }

    /// For pages of other origins than the listed ones there is no CORS at all: browsers keep answers from them, and
    /// don't even ask for what is not a plain request.
    private static WebFilter crossOrigin(Origins origins) {
        var answers = new CorsConfiguration();
        answers.setAllowedOrigins(origins.allowed());
        answers.setAllowCredentials(true);
        answers.setAllowedMethods(List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"));
        answers.setAllowedHeaders(List.of(CorsConfiguration.ALL));
        answers.setExposedHeaders(EXPOSED);
        answers.setMaxAge(PREFLIGHT_KEPT);
        var filter = new CorsWebFilter(_ -> answers);
        return (exchange, chain) ->
                isListed(exchange.getRequest(), origins) ? filter.filter(exchange, chain) : chain.filter(exchange);
    }

    private static boolean isListed(ServerHttpRequest request, Origins origins) {
        return Visit.of(request).origin().filter(origins.allowed()::contains).isPresent();
    }

    private static ServerWebExchangeMatcher matcher(Stream<List<String>> patterns) {
        var all = patterns.flatMap(List::stream).toArray(String[]::new);
        return all.length == 0 ? _ -> MatchResult.notMatch() : ServerWebExchangeMatchers.pathMatchers(all);
    }

    private static AuthenticationWebFilter proving(
            Proofs proofs, ServerWebExchangeMatcher open, ServerAuthenticationEntryPoint entryPoint) {
        ReactiveAuthenticationManager manager = shown -> ((Caller) shown)
                .proof
                .<Authentication>map(Caller::new)
                .onErrorMap(Refused.class, refused -> new BadCredentialsException(refused.detail(), refused));
        var filter = new AuthenticationWebFilter(manager);
        filter.setRequiresAuthenticationMatcher(new NegatedServerWebExchangeMatcher(open));
        filter.setServerAuthenticationConverter(proofs::shown);
        filter.setAuthenticationFailureHandler(new ServerAuthenticationEntryPointFailureHandler(entryPoint));
        return filter;
    }

    /// What proves who sent a request.
    private record Proofs(Tokens tokens, SessionCookies cookies, ServerWebExchangeMatcher cookiePaths) {

        Mono<Authentication> shown(ServerWebExchange exchange) {
            return Mono.justOrEmpty(bearerToken(exchange.getRequest()))
                    .<Authentication>map(token -> new Caller(tokens.verify(token)))
                    .switchIfEmpty(Mono.defer(() -> shownByCookie(exchange)));
        }

        private Mono<Authentication> shownByCookie(ServerWebExchange exchange) {
            return cookiePaths
                    .matches(exchange)
                    .filter(MatchResult::isMatch)
                    .filter(_ -> exchange.getRequest().getCookies().containsKey(SessionCookies.NAME))
                    .map(_ -> new Caller(whose(exchange.getRequest())));
        }

        private Mono<SignedIn> whose(ServerHttpRequest request) {
            var visit = Visit.of(request);
            return isToReadOnly(request) ? cookies.reader(visit) : cookies.actor(visit);
        }

        private static boolean isToReadOnly(ServerHttpRequest request) {
            return READING.contains(request.getMethod()) && !Visit.isHandshake(request);
        }
    }

    private static Optional<String> bearerToken(ServerHttpRequest request) {
        return Optional.ofNullable(request.getHeaders().getFirst(HttpHeaders.AUTHORIZATION))
                .filter(value -> value.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                .map(value -> value.substring(SCHEME.length()).strip());
    }

    /// Somebody who shows who they are, and then whom that proves.
    private static final class Caller extends AbstractAuthenticationToken {

        private static final long serialVersionUID = 1L;

        private final transient Mono<SignedIn> proof;
        private final transient Object principal;

        Caller(Mono<SignedIn> proof) {
            super(AuthorityUtils.NO_AUTHORITIES);
            this.proof = proof;
            this.principal = "";
        }

        Caller(SignedIn who) {
            super(AuthorityUtils.NO_AUTHORITIES);
            this.proof = Mono.just(who);
            this.principal = who;
            setAuthenticated(true);
        }

        @Override
        public Object getCredentials() {
            return "";
        }

        @Override
        public Object getPrincipal() {
            return principal;
        }
    }
}
