package koine;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/// The service.
@SpringBootApplication
public class Koine {

    static void main(String[] args) {
        SpringApplication.run(Koine.class, args);
    }
}
