package koine.database;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import reactor.netty.http.HttpResources;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpResources;

/// Event loops for connections to the database, each of which has an [AnswerWatch]; the driver offers no other place
/// to put one.
class WatchedLoops implements LoopResources {

    private final LoopResources loops;
    private final Duration limit;

    WatchedLoops(LoopResources loops, Duration limit) {
        this.loops = loops;
        this.limit = limit;
    }

    /// Others than the HTTP server's, and as many: reading rows and writing them as JSON is more than half of what a
    /// page of history costs, and leaves the server's loops to those who wait for messages.
    static WatchedLoops ofThePool(Duration limit) {
        return new WatchedLoops(TcpResources.get(), limit);
    }

    /// Those of the HTTP server: what comes from Postgres goes out to clients without a hop to another thread where
    /// the two are in one loop, and on a small machine there is only one.
    WatchedLoops ofTheServer() {
        return new WatchedLoops(HttpResources.get(), limit);
    }

    @Override
    public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
        var channel = loops.onChannel(type, group);
        channel.pipeline().addLast(new AnswerWatch(limit));
        return channel;
    }

    @Override
    public <C extends Channel> Class<? extends C> onChannelClass(Class<C> type, EventLoopGroup group) {
        return loops.onChannelClass(type, group);
    }

    @Override
    public EventLoopGroup onClient(boolean useNative) {
        return loops.onClient(useNative);
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return loops.onServer(useNative);
    }

    @Override
    public EventLoopGroup onServerSelect(boolean useNative) {
        return loops.onServerSelect(useNative);
    }

    @Override
    public boolean daemon() {
        return loops.daemon();
    }
}
