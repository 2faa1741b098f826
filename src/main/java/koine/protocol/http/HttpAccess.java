package koine.protocol.http;

import koine.auth.PublicPaths;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.protocol.WireTypes;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.web.server.ServerAuthenticationEntryPoint;
import org.springframework.security.web.server.firewall.ServerExchangeRejectedHandler;
import reactor.core.publisher.Mono;

/// Which calls need no token, and how the others are refused without one.
@Configuration(proxyBeanMethods = false)
class HttpAccess {

    @Bean
    PublicPaths nativeHttpPublicPaths() {
        return new PublicPaths(
                "/register",
                "/login",
                "/token/refresh",
                "/email/confirm",
                "/password/forgot",
                "/password/reset",
                "/actuator/**");
    }

    /// What Spring Security's firewall turns away, such as a NUL or a double slash in a path, is answered like all
    /// that is refused.
    @Bean
    ServerExchangeRejectedHandler suspiciousRequest() {
        return (_, problem) -> Mono.error(problem);
    }

    @Bean
    ServerAuthenticationEntryPoint notAuthenticated() {
        return (_, problem) -> Mono.error(
                problem.getCause() instanceof Refused refused
                        ? refused
                        : new Refused(ErrorCode.NOT_AUTHENTICATED, "this call needs a bearer token"));
    }

    @Bean
    WireTypes nativeHttpTypes() {
        return new WireTypes("native", ErrorBody.class);
    }
}
