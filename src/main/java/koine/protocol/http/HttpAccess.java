package koine.protocol.http;

import koine.auth.PublicPaths;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.web.server.ServerAuthenticationEntryPoint;
import reactor.core.publisher.Mono;

/// Which calls need no token, and how the others are refused without one.
@Configuration(proxyBeanMethods = false)
class HttpAccess {

    @Bean
    PublicPaths nativeHttpPublicPaths() {
        return new PublicPaths("/register", "/login", "/actuator/health/**");
    }

    @Bean
    ServerAuthenticationEntryPoint notAuthenticated() {
        return (_, problem) -> Mono.error(
                problem.getCause() instanceof Refused refused
                        ? refused
                        : new Refused(ErrorCode.NOT_AUTHENTICATED, "this call needs a bearer token"));
    }
}
