package koine.protocol.matcha;

import koine.auth.CookiePaths;
import koine.auth.PublicPaths;
import koine.protocol.WireTypes;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Everybody may sign in, and sockets prove by themselves who is asking. The clients are browsers, which show the
/// session's cookie.
@Configuration(proxyBeanMethods = false)
class MatchaAccess {

    @Bean
    PublicPaths matchaPublicPaths() {
        return new PublicPaths("/api/signin", "/socket.io/**", "/api/socket/**");
    }

    @Bean
    CookiePaths matchaCookiePaths() {
        return new CookiePaths("/api/**");
    }

    @Bean
    WireTypes matchaTypes() {
        return new WireTypes("matcha", Outgoing.class);
    }
}
