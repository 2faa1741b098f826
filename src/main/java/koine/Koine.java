package koine;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration;
import org.springframework.context.annotation.Bean;

/// The service.
@SpringBootApplication(exclude = ReactiveUserDetailsServiceAutoConfiguration.class)
@ConfigurationPropertiesScan
public class Koine {

    static void main(String[] args) {
        SpringApplication.run(Koine.class, args);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    /// Seeded here and computing from then on: unlike the platform's default it never reads a file on an event
    /// loop.
    @Bean
    SecureRandom random() throws NoSuchAlgorithmException {
        var random = SecureRandom.getInstance("DRBG");
        random.nextBytes(new byte[1]);
        return random;
    }
}
