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
        return new PublicPaths(
                "/chat/special/group",
                "/chat/special/personal",
                "/chat/special/room",
                "/chat/info/active",
                "/chat/info/group",
                "/chat/info/personal",
                "/chat/info/room",
                "/ws/chat/**");
    }

    /// To call them by another method is to call a native path, `/chat/{id}`, which proves nothing by itself.
    @Bean
    PublicPaths phonechatLookUps() {
        return PublicPaths.toRead("/chat/special", "/chat/info");
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
