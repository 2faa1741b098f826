package koine.protocol.phonechat;

import java.time.Clock;
import koine.protocol.Impersonations;
import koine.protocol.ProtocolErrors;
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
            ProtocolErrors errors,
            Clock clock) {
        var tally = errors.of(PhoneConversation.PROTOCOL);
        return new PhoneConversation.Core(frames, finishing, deeds, fetches, impersonations, tally, clock);
    }
}
