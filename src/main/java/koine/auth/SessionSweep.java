package koine.auth;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Ends sessions that nobody has used for too long, now and then. Several servers may do so at the same time.
@Component
class SessionSweep implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(SessionSweep.class);
    private static final Duration INTERVAL = Duration.ofHours(1);

    private final Sessions sessions;
    private volatile Disposable sweeping = Disposables.disposed();

    SessionSweep(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public void start() {
        sweeping = Flux.interval(INTERVAL)
                .onBackpressureDrop()
                .concatMap(_ -> sessions.endIdle().onErrorResume(SessionSweep::notNow))
                .subscribe(count -> log.debug("Ended {} sessions that were not in use", count));
    }

    @Override
    public void stop() {
        sweeping.dispose();
    }

    @Override
    public boolean isRunning() {
        return !sweeping.isDisposed();
    }

    private static Mono<Long> notNow(Throwable problem) {
        log.warn("Unused sessions can't be ended at the moment: {}", problem.toString());
        return Mono.empty();
    }
}
