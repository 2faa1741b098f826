package koine.protocol.matcha.socketio;

import koine.protocol.matcha.socketio.SocketIoSocket.Ended;
import reactor.core.publisher.Mono;

/// Serves one socket: a client that has joined a namespace.
public interface SocketHandler {

    /// What the server does of its own accord. Subscribed to once, when the client has been told that it has
    /// joined, and cancelled when the socket ends. That it completes ends nothing.
    default Mono<Void> run() {
        return Mono.empty();
    }

    /// Takes an event. Several are taken at a time, in the order in which they came; the session reads no further
    /// while there are too many. Not cancelled when the client goes away.
    ///
    /// Gives what the client is told if it wants an answer; if empty, it is told nothing but that. An error is a
    /// fault: it is logged, and the client gets no answer.
    Mono<Acknowledgement> take(IncomingEvent event);

    /// An event had binary attachments. They have been thrown away, and nothing but its name is known.
    Mono<Void> refuseBinary(String name);

    /// The socket has ended; called once, after [#run] has been cancelled.
    default void ended(Ended why) {}
}
