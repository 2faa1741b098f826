package koine.protocol.events;

import java.util.Optional;
import koine.auth.SignedIn;
import koine.auth.Ticket;
import koine.auth.Tickets;
import koine.protocol.SocketProperties;
import koine.protocol.Upgrades;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// The way to the event socket, and the tickets that open it.
@RestController
class EventSocketApi {

    private static final String SUB_PROTOCOL = "koine.v1";

    private final EventSocket socket;
    private final Callers callers;
    private final Tickets tickets;
    private final Upgrades upgrades;

    EventSocketApi(EventSocket socket, Callers callers, Tickets tickets, SocketProperties properties) {
        this.socket = socket;
        this.callers = callers;
        this.tickets = tickets;
        this.upgrades = new Upgrades(properties.maxFrame(), Optional.of(SUB_PROTOCOL));
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

    @GetMapping("/ws")
    Mono<Void> connect(ServerWebExchange exchange) {
        return callers.of(exchange.getRequest())
                .flatMap(who -> upgrades.upgrade(exchange, opened -> socket.serve(opened, who)));
    }

    @PostMapping("/ws/ticket")
    Mono<TicketBody> ticket(@AuthenticationPrincipal SignedIn me) {
        return tickets.issue(me).map(TicketBody::of);
    }
}
