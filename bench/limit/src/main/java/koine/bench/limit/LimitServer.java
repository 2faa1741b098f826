package koine.bench.limit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;

/// What a machine can do: WebSockets on bare Netty, one event loop, one thread that commits in groups, and nothing
/// else. No framework, and none of what makes a messenger: no checking of tokens, no resuming, no limits, no
/// presence, no receipts, no second server. A measure for Koine, and of no other use.
///
/// Arguments: port, JDBC address of an empty database.
public final class LimitServer {

    private LimitServer() {}

    public static void main(String... arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        var loops = new MultiThreadIoEventLoopGroup(1, transport());
        EventLoop loop = loops.next();
        var rooms = new Rooms();
        var store = new Store(arguments[1]);
        var commits = new GroupCommit(store, (batch, stored) -> loop.execute(() -> rooms.deliver(batch, stored)));
        commits.start();
        new ServerBootstrap()
                .group(loops)
                .channel(channelType())
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(pipeline(rooms, store, commits))
                .bind("127.0.0.1", port)
                .sync();
        System.out.println("listening on " + port);
    }

    private static ChannelInitializer<SocketChannel> pipeline(Rooms rooms, Store store, GroupCommit commits) {
        var configuration = WebSocketServerProtocolConfig.newBuilder()
                .websocketPath("/ws")
                .maxFramePayloadLength(65_536)
                .build();
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                channel.pipeline()
                        .addLast(new HttpServerCodec(), new HttpObjectAggregator(65_536))
                        .addLast(new WebSocketServerProtocolHandler(configuration))
                        .addLast(new SocketHandler(rooms, store, commits));
            }
        };
    }

    private static IoHandlerFactory transport() {
        return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    private static Class<? extends ServerSocketChannel> channelType() {
        return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }
}
