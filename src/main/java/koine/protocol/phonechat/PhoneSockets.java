package koine.protocol.phonechat;

import java.util.Optional;
import koine.delivery.Deliveries;
import koine.delivery.LiveConnection;
import koine.delivery.Resumption;
import koine.log.Log;
import koine.protocol.Conversation;
import koine.protocol.SocketProperties;
import koine.protocol.TextSockets;
import koine.protocol.Upgrades;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// The sockets, from the answer to the handshake to their end.
@Component
class PhoneSockets {

    /// Clients find the answer to a command by the order of answers alone.
    private static final int COMMANDS_AT_A_TIME = 1;

    private final TextSockets sockets;
    private final Deliveries deliveries;
    private final Log log;
    private final Upgrades upgrades;
    private final PhoneConversation.Core core;

    PhoneSockets(
            TextSockets sockets,
            Deliveries deliveries,
            Log log,
            SocketProperties properties,
            PhoneConversation.Core core) {
        this.sockets = sockets;
        this.deliveries = deliveries;
        this.log = log;
        this.upgrades = new Upgrades(properties.maxFrame(), Optional.empty());
        this.core = core;
    }

    /// From the answer to the handshake on, everything comes.
    Mono<Void> receive(ServerWebExchange exchange, Me me) {
        return Mono.using(
                () -> open(me),
                connection -> log.head()
                        .flatMap(head -> connection.follow(head.position(), Resumption.SILENT))
                        .then(serve(exchange, connection, new ReceiveConversation(me, connection, core))),
                LiveConnection::close);
    }

    Mono<Void> send(ServerWebExchange exchange, Me me, Peer peer) {
        return Mono.using(
                () -> open(me),
                connection -> serve(exchange, connection, new SendConversation(me, peer, connection, core)),
                LiveConnection::close);
    }

    private LiveConnection open(Me me) {
        return deliveries.open(me.account(), me.who().session(), core.frames());
    }

    private Mono<Void> serve(ServerWebExchange exchange, LiveConnection connection, Conversation talk) {
        return upgrades.upgrade(exchange, socket -> sockets.serve(socket, connection, talk, COMMANDS_AT_A_TIME));
    }
}
