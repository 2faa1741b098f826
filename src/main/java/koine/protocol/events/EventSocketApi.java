package koine.protocol.events;

import java.util.List;
import java.util.Optional;
import koine.auth.SignedIn;
import koine.auth.Ticket;
import koine.auth.Tickets;
import koine.auth.Tokens;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.protocol.SocketProperties;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
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

/// The way to the event socket: proves who is asking, in one of three forms, and upgrades the connection.
@RestController
class EventSocketApi {

    private static final String SUB_PROTOCOL = "koine.v1";
    private static final String BEARER_HEADER = "Bearer ";
    private static final String BEARER_SUB_PROTOCOL = "bearer.";

    private final EventSocket socket;
    private final Tokens tokens;
    private final Tickets tickets;
    private final WebSocketService upgrades;

    EventSocketApi(EventSocket socket, Tokens tokens, Tickets tickets, SocketProperties properties) {
        this.socket = socket;
        this.tokens = tokens;
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
        return authenticate(exchange.getRequest())
                .flatMap(who -> upgrades.handleRequest(exchange, new Handler(socket, who)));
    }

    @PostMapping("/ws/ticket")
    Mono<TicketBody> ticket(@AuthenticationPrincipal SignedIn me) {
        return tickets.issue(me).map(TicketBody::of);
    }

    private Mono<SignedIn> authenticate(ServerHttpRequest request) {
        return token(request.getHeaders())
                .map(tokens::verify)
                .or(() -> ticket(request).map(tickets::redeem))
                .orElseGet(() -> Mono.error(new Refused(
                        ErrorCode.NOT_AUTHENTICATED,
                        "the socket needs a bearer token, as header or sub-protocol, or a ticket")));
    }

    private static Optional<String> token(HttpHeaders headers) {
        var header = headers.getFirst(HttpHeaders.AUTHORIZATION);
        return header != null && header.regionMatches(true, 0, BEARER_HEADER, 0, BEARER_HEADER.length())
                ? Optional.of(header.substring(BEARER_HEADER.length()).strip())
                : subProtocols(headers).stream()
                        .filter(name -> name.startsWith(BEARER_SUB_PROTOCOL))
                        .map(name -> name.substring(BEARER_SUB_PROTOCOL.length()))
                        .findFirst();
    }

    private static List<String> subProtocols(HttpHeaders headers) {
        return headers.getValuesAsList("Sec-WebSocket-Protocol");
    }

    private static Optional<String> ticket(ServerHttpRequest request) {
        return Optional.ofNullable(request.getQueryParams().getFirst("ticket"));
    }

    /// The decoder takes a little more than the limit, so that a frame just over it can be answered with the
    /// close code for that; what is larger still, Netty itself ends.
    private static WebSocketService upgrades(SocketProperties properties) {
        var maxFrame = Math.toIntExact(properties.maxFrame().toBytes() * 2);
        return new HandshakeWebSocketService(new ReactorNettyRequestUpgradeStrategy(
                () -> WebsocketServerSpec.builder().maxFramePayloadLength(maxFrame)));
    }
}
