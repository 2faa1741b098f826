package koine.protocol.matcha;

import koine.kernel.ErrorCode;
import koine.protocol.ProtocolErrors;
import koine.protocol.matcha.socketio.Acknowledgement;
import koine.protocol.matcha.socketio.EncodedEvent;
import koine.protocol.matcha.socketio.NotSent;
import koine.protocol.matcha.socketio.SocketIoSocket;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Tells clients by the event `error` what could not be carried out.
@Component
class ErrorEvents {

    /// How much of an event's name is shown.
    private static final int MAX_NAME = 100;

    private final MatchaCodec codec = new MatchaCodec();
    private final ProtocolErrors.Tally errors;

    ErrorEvents(ProtocolErrors errors) {
        this.errors = errors.of("matcha");
    }

    MatchaCodec codec() {
        return codec;
    }

    /// Gives what the client's callback is told, if it has one.
    Mono<Acknowledgement> tell(SocketIoSocket socket, String event, Throwable problem) {
        if (problem instanceof NotUnderstood) {
            errors.notUnderstood();
        } else {
            errors.note(problem);
        }
        return tell(socket, event, Problems.message(problem));
    }

    /// As for a problem, to somebody who has not shown whose session it is.
    Mono<Acknowledgement> tellStranger(SocketIoSocket socket, String event, String message) {
        errors.note(ErrorCode.NOT_AUTHENTICATED);
        return tell(socket, event, message);
    }

    private Mono<Acknowledgement> tell(SocketIoSocket socket, String event, String message) {
        var problem = new Outgoing.Problem(message, shown(event));
        return socket.emit(EncodedEvent.of(codec.writeEvent("error", problem)))
                .onErrorComplete(NotSent.class)
                .thenReturn(Acknowledgement.of(problem));
    }

    Mono<Void> tellOfBinary(SocketIoSocket socket, String event) {
        errors.notUnderstood();
        return tell(socket, event, "binary attachments are not taken").then();
    }

    private static String shown(String event) {
        return event.codePointCount(0, event.length()) <= MAX_NAME
                ? event
                : event.substring(0, event.offsetByCodePoints(0, MAX_NAME));
    }
}
