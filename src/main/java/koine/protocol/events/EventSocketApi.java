package koine.protocol.events;

import java.util.List;
import koine.auth.SignedIn;
import koine.auth.Ticket;
import koine.auth.Tickets;
import koine.protocol.SocketProperties;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.WebsocketServerSpec;

/// The way to the event socket, and the tickets that open it.
@RestController
class EventSocketApi {

    private static final String SUB_PROTOCOL = "koine.v1";

    private final EventSocket socket;
    private final Callers callers;
    private final Tickets tickets;
    private final WebSocketService upgrades;

    EventSocketApi(EventSocket socket, Callers callers, Tickets tickets, SocketProperties properties) {
        this.socket = socket;
        this.callers = callers;
        this.tickets = tickets;
        this.upgrades = upgrades(properties);
    }

    /// @param expiresIn in seconds
    record TicketBody(String ticket, long expiresIn) {

        static TicketBody of(Ticket ticket) {
            return new TicketBody(ticket.value(), ticket.expiresIn().toSeconds());
        }

        @Override
        public String toString() {
            return "TicketBody[expiresIn=" + expiresIn + "]";
        }
    }

    private record Handler(EventSocket socket, SignedIn who) implements WebSocketHandler {

        @Override
        public Mono<Void> handle(WebSocketSession session) {
            return socket.serve(session, who);
        }

        @Override
        public List<String> getSubProtocols() {
            return List.of(SUB_PROTOCOL);
        }
    }

    @GetMapping("/ws")
    Mono<Void> connect(ServerWebExchange exchange) {
        return callers.of(exchange.getRequest())
                .flatMap(who -> upgrades.handleRequest(exchange, new Handler(socket, who)));
    }

    @PostMapping("/ws/ticket")
    Mono<TicketBody> ticket(@AuthenticationPrincipal SignedIn me) {
        return tickets.issue(me).map(TicketBody::of);
    }

    /// The decoder takes a little more than the limit, so that a frame just over it can be answered with the
    /// close code for that; what is larger still, Netty itself ends.
    private static WebSocketService upgrades(SocketProperties properties) {
        var maxFrame = Math.toIntExact(properties.maxFrame().toBytes() * 2);
        return new HandshakeWebSocketService(new ReactorNettyRequestUpgradeStrategy(
                () -> WebsocketServerSpec.builder().maxFramePayloadLength(maxFrame)));
    }
}
