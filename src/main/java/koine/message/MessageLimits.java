package koine.message;

import koine.kernel.AccountId;
import koine.limit.Cap;
import koine.limit.Caps;
import koine.limit.Limit;
import koine.limit.Limits;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// What may be sent, and how much of it; also for protocols that tell their clients.
@Component
public class MessageLimits {

    private final MessageProperties properties;
    private final Limits limits;
    private final Caps caps;

    MessageLimits(MessageProperties properties, Limits limits, Caps caps) {
        this.properties = properties;
        this.limits = limits;
        this.caps = caps;
    }

    /// The most code points that a message's contents may have.
    public int maxLength() {
        return properties.maxLength();
    }

    /// Somebody wants to send or to edit a message.
    ///
    /// Errors: `TOO_MANY_REQUESTS`.
    Mono<Void> count(AccountId author) {
        return limits.count(Limit.SENDS, author);
    }

    /// Lets a message wait until it is stored, unless too many of its author do already.
    ///
    /// Errors: `TOO_MANY_REQUESTS`; those of storing it.
    <T> Mono<T> waiting(AccountId author, Mono<T> storing) {
        return caps.holding(Cap.WAITING_SENDS, author, storing);
    }
}
