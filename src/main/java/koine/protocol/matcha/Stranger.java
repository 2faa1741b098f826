package koine.protocol.matcha;

import koine.protocol.matcha.socketio.Acknowledgement;
import koine.protocol.matcha.socketio.IncomingEvent;
import koine.protocol.matcha.socketio.SocketHandler;
import koine.protocol.matcha.socketio.SocketIoSocket;
import reactor.core.publisher.Mono;

/// The talk with a client that has not shown whose session it has: it gets nothing, and may do nothing.
record Stranger(SocketIoSocket socket, ErrorEvents errors) implements SocketHandler {

    @Override
    public Mono<Acknowledgement> take(IncomingEvent event) {
        return errors.tellStranger(socket, event.name(), "not authenticated");
    }

    @Override
    public Mono<Void> refuseBinary(String name) {
        return errors.tellOfBinary(socket, name);
    }
}
