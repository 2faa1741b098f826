package koine.protocol.matcha.socketio;

import java.net.InetSocketAddress;
import java.util.Optional;
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

    /// What counts as one client where sessions are counted.
    default Object origin(Handshake handshake) {
        return Optional.ofNullable(handshake.address())
                .<Object>map(InetSocketAddress::getHostString)
                .orElse("");
    }
}
