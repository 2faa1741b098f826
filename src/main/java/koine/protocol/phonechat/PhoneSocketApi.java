package koine.protocol.phonechat;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// The ways to the sockets.
@RestController
class PhoneSocketApi {

    private final Doors doors;
    private final PhoneSockets sockets;

    PhoneSocketApi(Doors doors, PhoneSockets sockets) {
        this.doors = doors;
        this.sockets = sockets;
    }

    @GetMapping({"/ws/chat/special/{me}", "/ws/chat/special/{me}/"})
    Mono<Void> receive(@PathVariable String me, ServerWebExchange exchange) {
        return doors.me(exchange.getRequest(), me).flatMap(who -> sockets.receive(exchange, who));
    }

    @GetMapping({"/ws/chat/personal/{me}/{other}", "/ws/chat/personal/{me}/{other}/"})
    Mono<Void> personal(@PathVariable String me, @PathVariable String other, ServerWebExchange exchange) {
        return doors.me(exchange.getRequest(), me)
                .flatMap(who -> doors.person(who, other).flatMap(peer -> sockets.send(exchange, who, peer)));
    }

    @GetMapping({"/ws/chat/group/{me}/{key}", "/ws/chat/group/{me}/{key}/"})
    Mono<Void> group(@PathVariable String me, @PathVariable String key, ServerWebExchange exchange) {
        return doors.me(exchange.getRequest(), me)
                .flatMap(who -> doors.group(who, key).flatMap(peer -> sockets.send(exchange, who, peer)));
    }

    @GetMapping({"/ws/chat/room/{me}/{room}", "/ws/chat/room/{me}/{room}/"})
    Mono<Void> room(@PathVariable String me, @PathVariable String room, ServerWebExchange exchange) {
        return doors.me(exchange.getRequest(), me)
                .flatMap(who -> doors.room(who, room).flatMap(peer -> sockets.send(exchange, who, peer)));
    }
}
