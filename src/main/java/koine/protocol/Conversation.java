package koine.protocol;

import koine.delivery.Frame;
import reactor.core.publisher.Flux;
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

    /// Answers a frame at once if it can only be refused, on less of a way than [#take]: when there is too much to
    /// do, refusing is most of it. False, and nothing was answered, if it is to be taken.
    ///
    /// @param text not looked at yet: what is no valid UTF-8 is to be taken
    default boolean refusesAtOnce(byte[] text) {
        return false;
    }

    /// Answers a binary frame, which none of the protocols has. Completes, never with an error, when the
    /// socket has taken the answer.
    Mono<Void> takeBinary();

    /// The frames as they are written: for protocols in whose frames something stands that has to be looked up
    /// first. To ask for no more of them than it is asked for, but for one.
    default Flux<Frame> toWrite(Flux<Frame> outgoing) {
        return outgoing;
    }

    /// How many frames may be read before their turn. The fewer, the less memory a client can take that sends
    /// faster than it is served.
    default int ahead() {
        return 16;
    }

    /// The socket has taken a frame. Told by the connection's event loop; to be quick, and not to fail.
    default void sent(Frame frame) {}
}
