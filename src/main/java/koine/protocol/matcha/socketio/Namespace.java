package koine.protocol.matcha.socketio;

import reactor.core.publisher.Mono;

/// What is served under one name.
@FunctionalInterface
public interface Namespace {

    /// Decides about a client that wants to join.
    ///
    /// Errors: [JoinRefused] tells the client why not; any other that it has failed, without a reason.
    Mono<Admission> admit(JoinRequest request);

    /// A client that may join.
    @FunctionalInterface
    interface Admission {

        /// Makes what serves the client's socket. The client has not been told yet: nothing may be sent before
        /// [SocketHandler#run].
        SocketHandler open(SocketIoSocket socket);
    }
}
