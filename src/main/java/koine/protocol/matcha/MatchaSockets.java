package koine.protocol.matcha;

import java.security.SecureRandom;
import java.util.Map;
import koine.delivery.Ending;
import koine.limit.FloodGuards;
import koine.limit.LimitProperties;
import koine.protocol.SocketEndings;
import koine.protocol.matcha.socketio.SocketIoServer;
import koine.protocol.matcha.socketio.SocketIoSettings;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// Serves sockets at both of their addresses: at Socket.IO's own path, where matcha is a namespace, and at a path
/// of its own, where it is the only one. When the server goes down, those are ended as well that are nobody's.
@Component
class MatchaSockets extends SimpleUrlHandlerMapping implements SmartLifecycle {

    private static final String ADDRESS = "/api/socket";

    /// So that what a client sends is done in its order.
    private static final int EVENTS_AT_A_TIME = 1;

    private final SocketEndings endings;
    private final SocketIoServer common;
    private final SocketIoServer own;
    private volatile boolean running;

    MatchaSockets(
            Doorkeeper door,
            MatchaProperties properties,
            FloodGuards guards,
            LimitProperties limits,
            SocketEndings endings,
            SecureRandom random) {
        var parts = new Parts(door, settings(properties, limits), guards, random);
        this.endings = endings;
        this.common = parts.server(ADDRESS);
        this.own = parts.server("/");
        setUrlMap(Map.of("/socket.io", common, "/socket.io/", common, ADDRESS, own, ADDRESS + "/", own));
        setOrder(1);
    }

    private record Parts(Doorkeeper door, SocketIoSettings settings, FloodGuards guards, SecureRandom random) {

        SocketIoServer server(String namespace) {
            return new SocketIoServer(
                    settings,
                    Map.of(namespace, door),
                    door,
                    new MatchaCodec().json(),
                    random,
                    Schedulers.parallel(),
                    () -> guards.open()::admits);
        }
    }

    private static SocketIoSettings settings(MatchaProperties properties, LimitProperties caps) {
        var usual = SocketIoSettings.DEFAULT;
        var limits = usual.limits();
        return new SocketIoSettings(
                usual.heartbeat(),
                new SocketIoSettings.Limits(
                        properties.maxFrame(),
                        limits.queuedPackets(),
                        limits.queuedBytes(),
                        EVENTS_AT_A_TIME,
                        limits.maxSessions(),
                        caps.enabled() ? caps.caps().connectionsPerAddress() : Integer.MAX_VALUE),
                usual.joinWithin(),
                usual.upgradeWithin());
    }

    @Override
    public void start() {
        common.open();
        own.open();
        running = true;
    }

    @Override
    public void stop(Runnable done) {
        running = false;
        var _ = Mono.when(shutDown(common), shutDown(own)).toFuture().whenComplete((_, _) -> done.run());
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private Mono<Void> shutDown(SocketIoServer server) {
        return server.shutDown(() -> endings.status(Ending.GOING_DOWN));
    }
}
