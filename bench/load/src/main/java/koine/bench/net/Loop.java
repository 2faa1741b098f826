package koine.bench.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.concurrent.Callable;

/// The one thread on which all connections of the generator live. What a scenario counts is touched there only,
/// so nothing is locked.
public final class Loop implements AutoCloseable {

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, transport());
    private final EventLoop loop = group.next();

    Bootstrap bootstrap() {
        return new Bootstrap()
                .group(group)
                .channel(channelType())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 30_000);
    }

    public void execute(Runnable work) {
        loop.execute(work);
    }

    /// Asks something of what belongs to the loop, and waits for the answer.
    public <T> T ask(Callable<T> question) {
        try {
            return loop.submit(question).get();
        } catch (Exception e) {
            throw new IllegalStateException("the event loop did not answer", e);
        }
    }

    @Override
    public void close() {
        group.shutdownGracefully();
    }

    private static IoHandlerFactory transport() {
        return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    private static Class<? extends SocketChannel> channelType() {
        return Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
    }
}
