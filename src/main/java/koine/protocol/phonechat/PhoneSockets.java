package koine.protocol.phonechat;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
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

    /// From the answer to the handshake on, everything comes: so the connection follows the log before it is
    /// given.
    Mono<Void> receive(ServerWebExchange exchange, Me me) {
        return Mono.defer(() -> {
            var connection = open(me);
            var served = new AtomicBoolean();
            return log.head()
                    .flatMap(head -> connection.follow(head.position(), Resumption.SILENT))
                    .then(upgrades.upgrade(exchange, socket -> {
                        served.set(true);
                        return serve(socket, connection, new ReceiveConversation(me, connection, core));
                    }))
                    .doOnError(_ -> closeUnless(served, connection))
                    .doOnCancel(() -> closeUnless(served, connection));
        });
    }

    Mono<Void> send(ServerWebExchange exchange, Me me, Peer peer) {
        return upgrades.upgrade(
                exchange,
                socket -> Mono.defer(() -> {
                    var connection = open(me);
                    return serve(socket, connection, new SendConversation(me, peer, connection, core));
                }));
    }

    private LiveConnection open(Me me) {
        return deliveries.open(me.account(), me.who().session(), core.frames());
    }

    private Mono<Void> serve(Upgrades.Socket socket, LiveConnection opened, Conversation talk) {
        return Mono.using(
                () -> opened,
                connection -> sockets.serve(socket, connection, talk, COMMANDS_AT_A_TIME),
                LiveConnection::close);
    }

    private static void closeUnless(AtomicBoolean served, LiveConnection connection) {
        if (!served.get()) {
            connection.close();
        }
    }
}
