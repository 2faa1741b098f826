package koine.message;

import org.springframework.stereotype.Component;

/// What may be sent, for protocols that tell their clients.
@Component
public class MessageLimits {

    private final MessageProperties properties;

    MessageLimits(MessageProperties properties) {
        this.properties = properties;
    }

    /// The most code points that a message's contents may have.
    public int maxLength() {
        return properties.maxLength();
    }
}
