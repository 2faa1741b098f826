package koine.protocol;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import koine.delivery.Frame;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableChannel;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.WebsocketServerSpec;

/// Turns HTTP requests into sockets of one protocol.
public final class Upgrades {

    private static final String SUB_PROTOCOLS = "Sec-WebSocket-Protocol";

    /// As Netty's handshake names it.
    private static final String DECODER = "wsdecoder";

    private final WebSocketService service;
    private final List<String> subProtocols;
    private final int limit;
    private final Supplier<Intake> intakes;

    /// @param maxFrame    the largest message that the protocol takes; a larger one, also if it comes in
    ///                    fragments, makes the session's `receive` end with an error that [CloseCodes#of] knows
    /// @param subProtocol the WebSocket sub-protocol that is agreed to, if the client offers it
    public Upgrades(DataSize maxFrame, Optional<String> subProtocol) {
        this(maxFrame, subProtocol, () -> Intake.of(maxFrame));
    }

    /// For a protocol whose clients sign in on the socket itself, and may then send large messages.
    ///
    /// @param maxFrame the largest message that the protocol takes from those who have signed in
    public Upgrades(DataSize maxFrame, LargeFrames large) {
        this(maxFrame, Optional.empty(), () -> large.intake(maxFrame));
    }

    private Upgrades(DataSize maxFrame, Optional<String> subProtocol, Supplier<Intake> intakes) {
        this.intakes = intakes;
        this.limit = Math.toIntExact(maxFrame.toBytes());
        this.service = new HandshakeWebSocketService(new ReactorNettyRequestUpgradeStrategy(
                () -> WebsocketServerSpec.builder().maxFramePayloadLength(limit)));
        this.subProtocols = subProtocol.stream().toList();
    }

    /// Answers the handshake, and completes when the socket has been served.
    ///
    /// The handshake is answered by the connection's own event loop, whichever thread has found out who asks: so
    /// nothing that the client sends after it is read before the decoder is ours.
    public Mono<Void> upgrade(ServerWebExchange exchange, Function<Socket, Mono<Void>> serve) {
        HttpServerRequest netty = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
        var handler = new Handler(subProtocols, session -> {
            var intake = intakes.get();
            var leave = HandshakeLimit.keepPlace(exchange);
            var channel = channelOf(netty);
            leaveClosingToUs(channel, intake);
            return serve.apply(new Socket(session, intake, channel, () -> drop(exchange.getRequest())))
                    .doFinally(_ -> {
                        intake.close();
                        leave.run();
                    });
        });
        return Mono.defer(() -> service.handleRequest(tidy(exchange), handler))
                .subscribeOn(Schedulers.fromExecutor(channelOf(netty).eventLoop()));
    }

    private static Channel channelOf(HttpServerRequest netty) {
        var channel = new AtomicReference<Channel>();
        netty.withConnection(connection -> channel.set(connection.channel()));
        return Objects.requireNonNull(channel.get());
    }

    /// Closes the connection of the request at once, without waiting for anything.
    public static void drop(ServerHttpRequest request) {
        HttpServerRequest netty = ServerHttpRequestDecorator.getNativeRequest(request);
        netty.withConnection(DisposableChannel::dispose);
    }

    /// Spring finds a sub-protocol only if no space precedes it.
    private static ServerWebExchange tidy(ServerWebExchange exchange) {
        var offered = exchange.getRequest().getHeaders().getValuesAsList(SUB_PROTOCOLS);
        return offered.isEmpty()
                ? exchange
                : exchange.mutate()
                        .request(request -> request.header(SUB_PROTOCOLS, String.join(",", offered)))
                        .build();
    }

    /// Netty's decoder closes by itself what is too large for it, with a code that is not ours. Bytes that the
    /// old decoder holds already go to the new one.
    private void leaveClosingToUs(Channel channel, Intake intake) {
        var config = WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(limit)
                .closeOnProtocolViolation(false)
                .build();
        channel.pipeline().replace(DECODER, DECODER, new BoundedDecoder(config, intake));
        channel.pipeline().addBefore(NettyPipeline.ReactiveBridge, null, new LingeringClose());
    }

    /// A socket that was opened.
    ///
    /// @param session what comes, and the close frame that goes
    /// @param intake  what it may send
    /// @param channel where frames are written
    /// @param drop    closes the connection at once, without a close frame and without waiting for anything
    public record Socket(WebSocketSession session, Intake intake, Channel channel, Runnable drop) {

        /// Writes text frames in their order, and [Frame#BEAT] as a ping. Completes when the socket has taken all of
        /// them.
        ///
        /// Errors: as `frames`, and if the connection breaks.
        ///
        /// @param whenTaken is told of each frame when the socket has taken it; to be quick, and not to fail
        public Mono<Void> write(Flux<Frame> frames, Consumer<Frame> whenTaken) {
            return FrameWriter.write(frames, channel, whenTaken);
        }
    }

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
}
