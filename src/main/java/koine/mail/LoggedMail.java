package koine.mail;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/// Writes letters into the service's log, for local runs: there whoever runs the service finds the links.
final class LoggedMail implements Mail {

    private static final Logger log = LoggerFactory.getLogger(LoggedMail.class);

    @Override
    public Mono<Void> send(Letter letter) {
        return Mono.fromRunnable(() -> log.info(
                "No mail server is configured (spring.mail.host). To {}: {}\n{}",
                letter.to(),
                letter.subject(),
                letter.text()));
    }
}
