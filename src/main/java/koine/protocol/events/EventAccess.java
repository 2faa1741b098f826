package koine.protocol.events;

import koine.auth.PublicPaths;
import koine.protocol.WireTypes;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The socket and the stream prove by themselves who is asking, since browsers can't send them headers.
@Configuration(proxyBeanMethods = false)
class EventAccess {

    @Bean
    PublicPaths eventSocketPublicPaths() {
        return new PublicPaths("/ws", "/events");
    }

    @Bean
    WireTypes eventTypes() {
        return new WireTypes("native", Outgoing.class);
    }
}
