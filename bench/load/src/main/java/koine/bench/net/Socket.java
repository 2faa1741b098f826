package koine.bench.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;

/// An open WebSocket.
public final class Socket {

    private final Channel channel;

    Socket(Channel channel) {
        this.channel = channel;
    }

    public void send(String text) {
        send(ByteBufUtil.writeUtf8(channel.alloc(), text));
    }

    public void send(ByteBuf text) {
        channel.writeAndFlush(new TextWebSocketFrame(text), channel.voidPromise());
    }

    /// Ends the connection without a goodbye, as a telephone in a tunnel does.
    public void drop() {
        channel.close();
    }
}
