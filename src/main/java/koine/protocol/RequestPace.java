package koine.protocol;

import koine.limit.LimitProperties;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/// Has each connection watched for [slow requests][SlowRequests].
@Component
class RequestPace implements NettyServerCustomizer {

    private final LimitProperties limits;

    RequestPace(LimitProperties limits) {
        this.limits = limits;
    }

    @Override
    public HttpServer apply(HttpServer server) {
        return limits.enabled()
                ? server.doOnChannelInit((_, channel, _) -> channel.pipeline()
                        .addAfter(NettyPipeline.HttpCodec, "koine.slowRequests", new SlowRequests(limits.requests())))
                : server;
    }
}
