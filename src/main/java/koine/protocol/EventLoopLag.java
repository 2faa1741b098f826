package koine.protocol;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import koine.log.Background;
import koine.log.Chore;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.netty.http.HttpResources;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpResources;

/// Measures once a second how long each event loop leaves a task waiting, the server's and those of the pool's
/// connections: what a frame, a call or an answer of Postgres waits before anybody looks at it.
@Component
class EventLoopLag implements Background {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Timer lag;
    private final Chore chore = new Chore("Measuring the event loops", PAUSE, PAUSE, this::measure);

    EventLoopLag(MeterRegistry meters) {
        this.lag = Timer.builder("koine.eventloop.lag")
                .description("How long a task waits for an event loop")
                .register(meters);
    }

    @Override
    public List<Chore> chores() {
        return List.of(chore);
    }

    private Mono<Boolean> measure() {
        return Mono.fromSupplier(() -> {
            HttpResources.get().onServer(LoopResources.DEFAULT_NATIVE).forEach(this::measure);
            TcpResources.get().onClient(LoopResources.DEFAULT_NATIVE).forEach(this::measure);
            return false;
        });
    }

    private void measure(EventExecutor loop) {
        var asked = System.nanoTime();
        loop.execute(() -> lag.record(System.nanoTime() - asked, TimeUnit.NANOSECONDS));
    }
}
