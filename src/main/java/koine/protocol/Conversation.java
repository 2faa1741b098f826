package koine.protocol;

import koine.delivery.Frame;
import reactor.core.publisher.Mono;

/// One client's talk with the server in a protocol of text frames.
public interface Conversation {

    /// Says what the server says first. Completes when the socket has taken it.
    default Mono<Void> begin() {
        return Mono.empty();
    }

    /// Carries out what a frame asks for. Completes, never with an error, when the socket has taken the
    /// answer.
    ///
    /// @param text valid UTF-8
    Mono<Void> take(byte[] text);

    /// Answers a binary frame, which none of the protocols has. Completes, never with an error, when the
    /// socket has taken the answer.
    Mono<Void> takeBinary();

    /// A frame is being written to the socket. To be quick, and not to fail.
    default void sent(Frame frame) {}
}
