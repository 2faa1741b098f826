package koine.protocol.pymessage;

import koine.auth.Device;
import koine.protocol.ProtocolErrors;
import koine.protocol.Seat;
import koine.protocol.Seats;
import koine.protocol.TextSockets;
import koine.protocol.Upgrades;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// The socket, from its opening to its end.
@Component
class PymessageSocket {

    /// Clients find the answer to a command by the order of answers alone.
    private static final int COMMANDS_AT_A_TIME = 1;

    /// What sessions are shown as in the list of one's devices.
    private static final String DEVICE = "pymessage";

    private final TextSockets sockets;
    private final Seats seats;
    private final Core core;

    PymessageSocket(
            TextSockets sockets,
            Seats seats,
            PymessageFrames frames,
            Entrances entrances,
            Deeds deeds,
            ProtocolErrors errors) {
        this.sockets = sockets;
        this.seats = seats;
        this.core = new Core(frames, entrances, deeds, errors.of("pymessage"));
    }

    /// What every conversation uses.
    record Core(PymessageFrames frames, Entrances entrances, Deeds deeds, ProtocolErrors.Tally errors) {}

    /// Serves the socket until it ends, and its session with it.
    Mono<Void> serve(Upgrades.Socket socket) {
        return Mono.usingWhen(
                Mono.fromSupplier(() -> seats.open(core.frames())),
                seat -> sockets.serve(socket, seat.connection(), conversation(seat, socket), COMMANDS_AT_A_TIME),
                Seat::leave);
    }

    private PymessageConversation conversation(Seat seat, Upgrades.Socket socket) {
        var remote = socket.session().getHandshakeInfo().getRemoteAddress();
        return new PymessageConversation(seat, Device.at(DEVICE, remote), core);
    }
}
