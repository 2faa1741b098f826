package koine.database;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import reactor.netty.http.HttpResources;
import reactor.netty.resources.LoopResources;

/// The event loops of the HTTP server, but that every connection to the database has an [AnswerWatch]; the driver
/// offers no other place to put one. What comes from Postgres goes out to clients without a hop to another thread
/// where the two are in one loop, and on a small machine there is only one.
class WatchedLoops implements LoopResources {

    private final LoopResources loops = HttpResources.get();
    private final Duration limit;

    WatchedLoops(Duration limit) {
        this.limit = limit;
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
