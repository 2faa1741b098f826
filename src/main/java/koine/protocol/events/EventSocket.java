package koine.protocol.events;

import koine.auth.SignedIn;
import koine.delivery.Deliveries;
import koine.delivery.LiveConnection;
import koine.protocol.ProtocolErrors;
import koine.protocol.TextSockets;
import koine.protocol.Upgrades;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// The event socket: greets, then takes commands and sends answers and events until either side ends.
@Component
class EventSocket {

    /// How many commands of one socket are carried out at a time.
    private static final int COMMANDS_AT_A_TIME = 64;

    private final Deliveries deliveries;
    private final Greeting greeting;
    private final CommandCodec codec;
    private final Commands commands;
    private final NativeFrames frames;
    private final TextSockets sockets;
    private final ProtocolErrors.Tally errors;

    EventSocket(
            Deliveries deliveries,
            Greeting greeting,
            CommandCodec codec,
            Commands commands,
            NativeFrames frames,
            TextSockets sockets,
            ProtocolErrors errors) {
        this.deliveries = deliveries;
        this.greeting = greeting;
        this.codec = codec;
        this.commands = commands;
        this.frames = frames;
        this.sockets = sockets;
        this.errors = errors.of("native");
    }

    /// Serves the socket until it ends.
    Mono<Void> serve(Upgrades.Socket socket, SignedIn who) {
        return Mono.using(
                () -> deliveries.open(who.account(), who.session(), frames),
                connection -> sockets.serve(socket, connection, session(who, connection), COMMANDS_AT_A_TIME),
                LiveConnection::close);
    }

    private EventSession session(SignedIn who, LiveConnection connection) {
        return new EventSession(who, connection, codec, commands, frames, greeting, errors);
    }
}
