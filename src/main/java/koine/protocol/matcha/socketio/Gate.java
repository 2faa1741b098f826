package koine.protocol.matcha.socketio;

import reactor.core.publisher.Mono;

/// Who may open a session at all, whatever namespace it will join: the place to look at `Origin` where cookies
/// tell who a client is.
@FunctionalInterface
public interface Gate {

    Gate OPEN = _ -> Mono.empty();

    /// Completes empty if the client may come in.
    ///
    /// Errors: [HandshakeRefused]; any other is answered by 500.
    Mono<Void> check(Handshake handshake);
}
