package koine.protocol.events;

import koine.auth.PublicPaths;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The socket proves by itself who is asking, since browsers can't send it headers.
@Configuration(proxyBeanMethods = false)
class EventAccess {

    @Bean
    PublicPaths eventSocketPublicPaths() {
        return new PublicPaths("/ws");
    }
}
