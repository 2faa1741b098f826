package koine.bench.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/// One connection for HTTP calls, one call after the other.
public final class HttpLane {

    private static final int MAX_BODY = 1 << 22;

    private final Channel channel;
    private CompletableFuture<Answer> pending = new CompletableFuture<>();

    private HttpLane(Loop loop, URI server) {
        this.channel = loop.bootstrap()
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new HttpClientCodec(), new HttpObjectAggregator(MAX_BODY), reader());
                    }
                })
                .connect(server.getHost(), server.getPort())
                .syncUninterruptibly()
                .channel();
    }

    public static HttpLane open(Loop loop, URI server) {
        return new HttpLane(loop, server);
    }

    public record Answer(int status, String body) {}

    /// @param token empty for none
    /// @param body  JSON, empty for none
    public record Call(String method, String path, String token, String body) {}

    /// Completes on the loop. The call before must have been answered.
    public CompletableFuture<Answer> ask(Call call) {
        pending = new CompletableFuture<>();
        channel.writeAndFlush(request(call), channel.voidPromise());
        return pending;
    }

    public void close() {
        channel.close();
    }

    private static DefaultFullHttpRequest request(Call call) {
        var body = Unpooled.copiedBuffer(call.body(), StandardCharsets.UTF_8);
        var request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(call.method()), call.path(), body);
        request.headers()
                .set(HttpHeaderNames.HOST, "localhost")
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        if (!call.token().isEmpty()) {
            request.headers().set(HttpHeaderNames.AUTHORIZATION, "Bearer " + call.token());
        }
        return request;
    }

    private SimpleChannelInboundHandler<FullHttpResponse> reader() {
        return new SimpleChannelInboundHandler<>() {
            @Override
            protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
                var body = response.content().toString(StandardCharsets.UTF_8);
                pending.complete(new Answer(response.status().code(), body));
            }

            @Override
            public void channelInactive(ChannelHandlerContext context) {
                pending.completeExceptionally(new IllegalStateException("the server closed the connection"));
            }
        };
    }
}
