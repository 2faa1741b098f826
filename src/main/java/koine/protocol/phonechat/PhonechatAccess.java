package koine.protocol.phonechat;

import koine.auth.PublicPaths;
import koine.protocol.WireTypes;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The pages are for everybody. The calls and the sockets find out by themselves who is asking, since browsers
/// can't send them headers.
@Configuration(proxyBeanMethods = false)
class PhonechatAccess {

    @Bean
    PublicPaths phonechatPublicPaths() {
        return new PublicPaths("/chat/special/**", "/chat/info/**", "/ws/chat/**");
    }

    @Bean
    PublicPaths phonechatPages() {
        return PublicPaths.toRead(Pages.PATHS);
    }

    @Bean
    WireTypes phonechatTypes() {
        return new WireTypes("phonechat", Outgoing.class, Answer.class);
    }
}
