package koine.protocol.uchat;

import koine.auth.PublicPaths;
import koine.protocol.WireTypes;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Clients sign in on the socket itself.
@Configuration(proxyBeanMethods = false)
class UchatAccess {

    @Bean
    PublicPaths uchatPublicPaths() {
        return new PublicPaths("/uchat");
    }

    @Bean
    WireTypes uchatTypes() {
        return new WireTypes("uchat", Outgoing.class);
    }
}
