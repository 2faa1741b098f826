package koine.protocol.pymessage;

import koine.auth.PublicPaths;
import koine.protocol.WireTypes;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Clients sign in on the socket itself, and the one call is for everybody.
@Configuration(proxyBeanMethods = false)
class PymessageAccess {

    @Bean
    PublicPaths pymessagePublicPaths() {
        return new PublicPaths("/pymessage", "/get_user");
    }

    @Bean
    WireTypes pymessageTypes() {
        return new WireTypes("pymessage", Outgoing.class, GetUserApi.Answer.class);
    }
}
