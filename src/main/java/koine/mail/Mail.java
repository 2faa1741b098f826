package koine.mail;

import reactor.core.publisher.Mono;

/// Takes letters to be sent.
public interface Mail {

    /// Completes, never with an error, once the letter is taken, and not when it is sent: whoever asks does
    /// not learn by the time it takes whether there is such an address. A letter that can't be sent is lost,
    /// and its reader asks for another.
    Mono<Void> send(Letter letter);
}
