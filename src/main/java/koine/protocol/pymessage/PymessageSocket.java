package koine.protocol.pymessage;

import java.net.InetSocketAddress;
import koine.delivery.Deliveries;
import koine.message.Receipts;
import koine.protocol.TextSockets;
import koine.protocol.Upgrades;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// The socket, from its opening to its end.
@Component
class PymessageSocket {

    /// Clients find the answer to a command by the order of answers alone.
    private static final int COMMANDS_AT_A_TIME = 1;

    private final TextSockets sockets;
    private final Core core;

    PymessageSocket(
            TextSockets sockets,
            Deliveries deliveries,
            PymessageFrames frames,
            Entrances entrances,
            Deeds deeds,
            Receipts receipts) {
        this.sockets = sockets;
        this.core = new Core(deliveries, frames, entrances, deeds, receipts);
    }

    /// What every conversation uses.
    record Core(Deliveries deliveries, PymessageFrames frames, Entrances entrances, Deeds deeds, Receipts receipts) {}

    /// Serves the socket until it ends, and its session with it.
    Mono<Void> serve(Upgrades.Socket socket) {
        return Mono.usingWhen(
                Mono.fromSupplier(() -> conversation(socket)),
                talk -> sockets.serve(socket, talk.connection(), talk, COMMANDS_AT_A_TIME),
                PymessageConversation::end);
    }

    private PymessageConversation conversation(Upgrades.Socket socket) {
        var remote = socket.session().getHandshakeInfo().getRemoteAddress();
        return new PymessageConversation(core.deliveries().open(core.frames()), text(remote), core);
    }

    private static @Nullable String text(@Nullable InetSocketAddress remote) {
        return remote == null || remote.getAddress() == null
                ? null
                : remote.getAddress().getHostAddress();
    }
}
