package koine.mail;

import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.mail.MailException;
import org.springframework.mail.MailSender;
import org.springframework.mail.SimpleMailMessage;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/// Sends letters by SMTP, on threads of its own, since that waits for another server.
final class SmtpMail implements Mail, DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(SmtpMail.class);
    private static final int THREADS = 2;
    private static final int MAX_WAITING = 1_000;

    private final MailSender smtp;
    private final String from;
    private final Scheduler scheduler = Schedulers.newBoundedElastic(THREADS, MAX_WAITING, "koine-mail", 60, true);

    SmtpMail(MailSender smtp, String from) {
        this.smtp = smtp;
        this.from = from;
    }

    @Override
    public Mono<Void> send(Letter letter) {
        return Mono.fromRunnable(() -> take(letter));
    }

    @Override
    public void destroy() {
        scheduler.dispose();
    }

    private void take(Letter letter) {
        try {
            scheduler.schedule(() -> deliver(letter));
        } catch (RejectedExecutionException _) {
            log.warn("A letter is lost: {} are waiting to be sent", MAX_WAITING);
        }
    }

    private void deliver(Letter letter) {
        var message = new SimpleMailMessage();
        message.setFrom(from);
        message.setTo(letter.to());
        message.setSubject(letter.subject());
        message.setText(letter.text());
        try {
            smtp.send(message);
        } catch (MailException problem) {
            log.warn("A letter could not be sent: {}", problem.toString());
        }
    }
}
