package koine.chat;

import java.security.SecureRandom;
import org.springframework.stereotype.Component;

/// Makes the keys by which some protocols know groups: 10 characters, too many to guess (2^51) or to meet
/// twice.
@Component
class ChatKeys {

    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 10;

    private final SecureRandom random;

    ChatKeys(SecureRandom random) {
        this.random = random;
    }

    String next() {
        return random.ints(LENGTH, 0, ALPHABET.length())
                .collect(StringBuilder::new, (key, i) -> key.append(ALPHABET.charAt(i)), StringBuilder::append)
                .toString();
    }
}
