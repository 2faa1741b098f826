package koine.protocol;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableChannel;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.WebsocketServerSpec;

/// Turns HTTP requests into sockets of one protocol.
public final class Upgrades {

    private final WebSocketService service;
    private final List<String> subProtocols;

    /// @param maxFrame the largest message that the protocol takes. The decoder takes a little more, so that a
    ///                 frame just over it can be answered with the close code for that
    /// @param subProtocol the WebSocket sub-protocol that is agreed to, if the client offers it
    public Upgrades(DataSize maxFrame, Optional<String> subProtocol) {
        var decoderLimit = Math.toIntExact(maxFrame.toBytes() * 2);
        this.service = new HandshakeWebSocketService(new ReactorNettyRequestUpgradeStrategy(
                () -> WebsocketServerSpec.builder().maxFramePayloadLength(decoderLimit)));
        this.subProtocols = subProtocol.stream().toList();
    }

    /// Answers the handshake, and completes when the socket has been served.
    public Mono<Void> upgrade(ServerWebExchange exchange, Function<Socket, Mono<Void>> serve) {
        var drop = dropOf(exchange.getRequest());
        return service.handleRequest(
                exchange, new Handler(subProtocols, session -> serve.apply(new Socket(session, drop))));
    }

    /// A socket that was opened.
    ///
    /// @param drop closes the connection at once, without a close frame and without waiting for anything
    public record Socket(WebSocketSession session, Runnable drop) {}

    private record Handler(List<String> subProtocols, Function<WebSocketSession, Mono<Void>> serve)
            implements WebSocketHandler {

        @Override
        public List<String> getSubProtocols() {
            return subProtocols;
        }

        @Override
        public Mono<Void> handle(WebSocketSession session) {
            return serve.apply(session);
        }
    }

    private static Runnable dropOf(ServerHttpRequest request) {
        HttpServerRequest netty = ServerHttpRequestDecorator.getNativeRequest(request);
        return () -> netty.withConnection(DisposableChannel::dispose);
    }
}
