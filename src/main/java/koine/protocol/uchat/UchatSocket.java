package koine.protocol.uchat;

import java.net.InetSocketAddress;
import koine.delivery.Deliveries;
import koine.message.Receipts;
import koine.protocol.ShownNames;
import koine.protocol.TextSockets;
import koine.protocol.Upgrades;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// The socket, from its opening to its end.
@Component
class UchatSocket {

    /// Clients find the answer to a command by the order of answers alone.
    private static final int COMMANDS_AT_A_TIME = 1;

    private final TextSockets sockets;
    private final Core core;

    UchatSocket(
            TextSockets sockets,
            Deliveries deliveries,
            UchatFrames frames,
            UchatEntrances entrances,
            UchatDeeds deeds,
            Receipts receipts,
            ShownNames names) {
        this.sockets = sockets;
        this.core = new Core(deliveries, frames, entrances, deeds, receipts, names);
    }

    /// What every conversation uses.
    record Core(
            Deliveries deliveries,
            UchatFrames frames,
            UchatEntrances entrances,
            UchatDeeds deeds,
            Receipts receipts,
            ShownNames names) {}

    /// Serves the socket until it ends, and its session with it.
    Mono<Void> serve(Upgrades.Socket socket) {
        return Mono.usingWhen(
                Mono.fromSupplier(() -> conversation(socket)),
                talk -> sockets.serve(socket, talk.connection(), talk, COMMANDS_AT_A_TIME),
                UchatConversation::end);
    }

    private UchatConversation conversation(Upgrades.Socket socket) {
        var remote = socket.session().getHandshakeInfo().getRemoteAddress();
        var client = new UchatConversation.Client(text(remote), socket.intake());
        return new UchatConversation(core.deliveries().open(core.frames()), client, core);
    }

    private static @Nullable String text(@Nullable InetSocketAddress remote) {
        return remote == null || remote.getAddress() == null
                ? null
                : remote.getAddress().getHostAddress();
    }
}
