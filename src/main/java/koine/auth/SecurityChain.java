package koine.auth;

import java.util.List;
import java.util.Optional;
import koine.kernel.Refused;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
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
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Lets a request through if its path is public or if it has `Authorization: Bearer` with a good token. How a
/// refusal looks is the protocol's matter: it supplies the entry point.
@Configuration(proxyBeanMethods = false)
class SecurityChain {

    private static final String SCHEME = "Bearer ";

    @Bean
    SecurityWebFilterChain koineSecurity(
            ServerHttpSecurity http,
            Tokens tokens,
            List<PublicPaths> publicPaths,
            ServerAuthenticationEntryPoint entryPoint) {
        var open = open(publicPaths);
        return http.csrf(ServerHttpSecurity.CsrfSpec::disable)
                .httpBasic(ServerHttpSecurity.HttpBasicSpec::disable)
                .formLogin(ServerHttpSecurity.FormLoginSpec::disable)
                .logout(ServerHttpSecurity.LogoutSpec::disable)
                .requestCache(ServerHttpSecurity.RequestCacheSpec::disable)
                .securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
                .addFilterAt(bearer(tokens, open, entryPoint), SecurityWebFiltersOrder.AUTHENTICATION)
                .exceptionHandling(handling -> handling.authenticationEntryPoint(entryPoint))
                .authorizeExchange(
                        paths -> paths.matchers(open).permitAll().anyExchange().authenticated())
                .build();
    }

    private static ServerWebExchangeMatcher open(List<PublicPaths> publicPaths) {
        return ServerWebExchangeMatchers.pathMatchers(
                publicPaths.stream().flatMap(paths -> paths.patterns().stream()).toArray(String[]::new));
    }

    private static AuthenticationWebFilter bearer(
            Tokens tokens, ServerWebExchangeMatcher open, ServerAuthenticationEntryPoint entryPoint) {
        ReactiveAuthenticationManager manager = shown -> tokens.verify(((Bearer) shown).token)
                .<Authentication>map(Bearer::new)
                .onErrorMap(Refused.class, refused -> new BadCredentialsException(refused.detail(), refused));
        var filter = new AuthenticationWebFilter(manager);
        filter.setRequiresAuthenticationMatcher(new NegatedServerWebExchangeMatcher(open));
        filter.setServerAuthenticationConverter(SecurityChain::shown);
        filter.setAuthenticationFailureHandler(new ServerAuthenticationEntryPointFailureHandler(entryPoint));
        return filter;
    }

    private static Mono<Authentication> shown(ServerWebExchange exchange) {
        return Mono.justOrEmpty(bearerToken(exchange.getRequest())).map(Bearer::new);
    }

    private static Optional<String> bearerToken(ServerHttpRequest request) {
        return Optional.ofNullable(request.getHeaders().getFirst(HttpHeaders.AUTHORIZATION))
                .filter(value -> value.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                .map(value -> value.substring(SCHEME.length()).strip());
    }

    /// A bearer token as shown, and then whom it proves.
    private static final class Bearer extends AbstractAuthenticationToken {

        private static final long serialVersionUID = 1L;

        private final transient String token;
        private final transient Object principal;

        Bearer(String token) {
            super(AuthorityUtils.NO_AUTHORITIES);
            this.token = token;
            this.principal = "";
        }

        Bearer(SignedIn who) {
            super(AuthorityUtils.NO_AUTHORITIES);
            this.token = "";
            this.principal = who;
            setAuthenticated(true);
        }

        @Override
        public Object getCredentials() {
            return token;
        }

        @Override
        public Object getPrincipal() {
            return principal;
        }
    }
}
