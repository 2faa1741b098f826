package koine.protocol.uchat;

import koine.protocol.LargeFrames;
import koine.protocol.Upgrades;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// The way to the socket.
@RestController
class UchatSocketApi {

    private final UchatSocket socket;
    private final Upgrades upgrades;

    UchatSocketApi(UchatSocket socket, UchatProperties properties, LargeFrames large) {
        this.socket = socket;
        this.upgrades = new Upgrades(properties.maxFrame(), large);
    }

    @GetMapping("/uchat")
    Mono<Void> connect(ServerWebExchange exchange) {
        return upgrades.upgrade(exchange, socket::serve);
    }
}
