package koine.mail;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of mail; how it is sent is Spring's `spring.mail`.
///
/// @param from the sender's address
@ConfigurationProperties("koine.mail")
record MailProperties(@DefaultValue("koine@localhost") String from) {}
