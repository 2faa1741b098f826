package koine.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.mail.MailSendException;
import org.springframework.mail.MailSender;
import org.springframework.mail.SimpleMailMessage;
import reactor.test.StepVerifier;

class SmtpMailTest {

    private static final Letter LETTER = new Letter("ada@example.com", "Hello", "A secret link");

    @Test
    void send_isDoneByAThreadOfItsOwn() {
        var sent = new CopyOnWriteArrayList<SimpleMailMessage>();
        var threads = new CopyOnWriteArrayList<String>();
        var mail = new SmtpMail(
                new Sender(message -> {
                    sent.add(message);
                    threads.add(Thread.currentThread().getName());
                }),
                "koine@example.com");

        mail.send(LETTER).as(StepVerifier::create).verifyComplete();

        await().until(() -> sent.size() == 1 && threads.size() == 1);
        var message = sent.getFirst();
        assertThat(message.getFrom()).isEqualTo("koine@example.com");
        assertThat(message.getTo()).containsExactly("ada@example.com");
        assertThat(message.getSubject()).isEqualTo("Hello");
        assertThat(message.getText()).isEqualTo("A secret link");
        assertThat(threads.getFirst()).startsWith("koine-mail");
        mail.destroy();
    }

    @Test
    void send_serverAway_isNotTheAskersProblemAndTheNextIsTried() {
        var tries = new CopyOnWriteArrayList<SimpleMailMessage>();
        var mail = new SmtpMail(
                new Sender(message -> {
                    tries.add(message);
                    throw new MailSendException("away");
                }),
                "koine@example.com");

        mail.send(LETTER).then(mail.send(LETTER)).as(StepVerifier::create).verifyComplete();

        await().atMost(Duration.ofSeconds(5)).until(() -> tries.size() == 2);
        mail.destroy();
    }

    @Test
    void toString_ofALetter_hidesTheText() {
        assertThat(LETTER.toString()).doesNotContain("secret").doesNotContain("ada@");
    }

    private interface Take {

        void take(SimpleMailMessage message);
    }

    private record Sender(Take to) implements MailSender {

        @Override
        public void send(SimpleMailMessage... messages) {
            List.of(messages).forEach(to::take);
        }
    }
}
