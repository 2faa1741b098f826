package koine.protocol.uchat;

import koine.auth.Device;
import koine.protocol.ProtocolErrors;
import koine.protocol.Seat;
import koine.protocol.Seats;
import koine.protocol.ShownNames;
import koine.protocol.TextSockets;
import koine.protocol.Upgrades;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// The socket, from its opening to its end.
@Component
class UchatSocket {

    /// Clients find the answer to a command by the order of answers alone.
    private static final int COMMANDS_AT_A_TIME = 1;

    /// What sessions are shown as in the list of one's devices.
    private static final String DEVICE = "uchat";

    private final TextSockets sockets;
    private final Seats seats;
    private final Core core;

    UchatSocket(
            TextSockets sockets,
            Seats seats,
            UchatFrames frames,
            UchatEntrances entrances,
            UchatDeeds deeds,
            ShownNames names,
            ProtocolErrors errors) {
        this.sockets = sockets;
        this.seats = seats;
        this.core = new Core(frames, entrances, deeds, names, errors.of("uchat"));
    }

    /// What every conversation uses.
    record Core(
            UchatFrames frames,
            UchatEntrances entrances,
            UchatDeeds deeds,
            ShownNames names,
            ProtocolErrors.Tally errors) {}

    /// Serves the socket until it ends, and its session with it.
    Mono<Void> serve(Upgrades.Socket socket) {
        return Mono.usingWhen(
                Mono.fromSupplier(() -> seats.open(core.frames())),
                seat -> sockets.serve(socket, seat.connection(), conversation(seat, socket), COMMANDS_AT_A_TIME),
                Seat::leave);
    }

    private UchatConversation conversation(Seat seat, Upgrades.Socket socket) {
        var remote = socket.session().getHandshakeInfo().getRemoteAddress();
        var client = new UchatConversation.Client(Device.at(DEVICE, remote), socket.intake());
        return new UchatConversation(seat, client, core);
    }
}
