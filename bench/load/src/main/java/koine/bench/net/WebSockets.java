package koine.bench.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// Opens WebSockets. Pings are answered by the pipeline itself.
public final class WebSockets {

    private static final int MAX_FRAME = 1 << 20;

    /// What is sent on a connection while the loop goes through what has come goes out in one call of the kernel.
    private static final int MAX_UNFLUSHED = 64;

    private final Loop loop;

    public WebSockets(Loop loop) {
        this.loop = loop;
    }

    /// @param protocol the WebSocket subprotocol, empty for none
    public record Address(URI uri, String protocol, Map<String, String> headers) {}

    /// Completes after the handshake, and fails if there was none.
    public CompletableFuture<Socket> open(Address address, Frames frames) {
        var opened = new CompletableFuture<Socket>();
        loop.bootstrap()
                .handler(pipeline(address, new Handler(opened, frames)))
                .connect(address.uri().getHost(), address.uri().getPort())
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        opened.completeExceptionally(connected.cause());
                    }
                });
        return opened;
    }

    private static ChannelInitializer<SocketChannel> pipeline(Address address, Handler handler) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                channel.pipeline()
                        .addLast(new FlushConsolidationHandler(MAX_UNFLUSHED, true))
                        .addLast(new HttpClientCodec(), new HttpObjectAggregator(MAX_FRAME))
                        .addLast(new WebSocketClientProtocolHandler(configuration(address)))
                        .addLast(handler);
            }
        };
    }

    private static WebSocketClientProtocolConfig configuration(Address address) {
        return WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri(address.uri())
                .subprotocol(address.protocol().isEmpty() ? null : address.protocol())
                .customHeaders(headers(address))
                .maxFramePayloadLength(MAX_FRAME)
                .withUTF8Validator(false)
                .handshakeTimeoutMillis(60_000)
                .build();
    }

    private static HttpHeaders headers(Address address) {
        var headers = new DefaultHttpHeaders();
        address.headers().forEach(headers::set);
        return headers;
    }

    private static final class Handler extends SimpleChannelInboundHandler<WebSocketFrame> {

        private final CompletableFuture<Socket> opened;
        private final Frames frames;
        private Socket socket;

        Handler(CompletableFuture<Socket> opened, Frames frames) {
            this.opened = opened;
            this.frames = frames;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            socket = new Socket(context.channel());
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                opened.complete(socket);
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
            if (frame instanceof TextWebSocketFrame text) {
                ByteBuf content = text.content();
                frames.onText(socket, content);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            opened.completeExceptionally(new IllegalStateException("closed before it was open"));
            frames.onClosed();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable problem) {
            opened.completeExceptionally(problem);
            context.close();
        }
    }
}
