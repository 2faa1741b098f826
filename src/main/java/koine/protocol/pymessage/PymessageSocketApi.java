package koine.protocol.pymessage;

import java.util.Optional;
import koine.protocol.SocketProperties;
import koine.protocol.Upgrades;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// The way to the socket.
@RestController
class PymessageSocketApi {

    private final PymessageSocket socket;
    private final Upgrades upgrades;

    PymessageSocketApi(PymessageSocket socket, SocketProperties properties) {
        this.socket = socket;
        this.upgrades = new Upgrades(properties.maxFrame(), Optional.empty());
    }

    @GetMapping("/pymessage")
    Mono<Void> connect(ServerWebExchange exchange) {
        return upgrades.upgrade(exchange, socket::serve);
    }
}
