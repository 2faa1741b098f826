package koine.protocol.phonechat;

import java.time.Clock;
import koine.protocol.Impersonations;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PhonechatConfiguration {

    @Bean
    PhoneConversation.Core phonechatCore(
            PhoneFrames frames,
            Finishing finishing,
            Deeds deeds,
            Fetches fetches,
            Impersonations impersonations,
            Clock clock) {
        return new PhoneConversation.Core(frames, finishing, deeds, fetches, impersonations, clock);
    }
}
