package koine.mail;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mail.MailSender;

/// How mail is sent: by SMTP if there is a server (`spring.mail.host`), and else not at all.
@Configuration(proxyBeanMethods = false)
class MailConfiguration {

    @Bean
    Mail mail(ObjectProvider<MailSender> smtp, MailProperties properties) {
        var sender = smtp.getIfAvailable();
        return sender == null ? new LoggedMail() : new SmtpMail(sender, properties.from());
    }
}
