package koine;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import reactor.netty.ReactorNetty;

/// The service.
@SpringBootApplication(exclude = ReactiveUserDetailsServiceAutoConfiguration.class)
@ConfigurationPropertiesScan
public class Koine {

    /// An event loop for every second processor, for the server, and as many for the pool's connections to Postgres:
    /// what a batch of messages sets off then runs in few threads that rarely sleep, and Postgres, if it shares the
    /// machine, has the other half while nobody reads much. Four, the least that Reactor Netty takes by itself,
    /// wake one another up all the time on a small machine.
    static {
        var loops = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        if (System.getProperty(ReactorNetty.IO_WORKER_COUNT) == null) {
            System.setProperty(ReactorNetty.IO_WORKER_COUNT, Integer.toString(loops));
        }
    }

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
