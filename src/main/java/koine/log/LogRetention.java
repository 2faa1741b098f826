package koine.log;

import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Removes events that are older than the retention, now and then, and names of erased accounts that are still in
/// some. Several servers may do so at the same time.
@Component
class LogRetention implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(LogRetention.class);

    private final LogStore store;
    private final ErasedNames names;
    private final LogProperties properties;
    private final Clock clock;
    private volatile Disposable trimming = Disposables.disposed();

    LogRetention(LogStore store, ErasedNames names, LogProperties properties, Clock clock) {
        this.store = store;
        this.names = names;
        this.properties = properties;
        this.clock = clock;
    }

    /// Removes what is too old now; gives how many events that were.
    Mono<Long> trim() {
        return Mono.defer(() -> store.trim(clock.instant().minus(properties.retention())));
    }

    @Override
    public void start() {
        trimming = Flux.interval(properties.trimInterval())
                .onBackpressureDrop()
                .concatMap(_ -> names.erase().then(trim()).onErrorResume(LogRetention::notNow))
                .subscribe(count -> log.debug("Removed {} events for their age", count));
    }

    @Override
    public void stop() {
        trimming.dispose();
    }

    @Override
    public boolean isRunning() {
        return !trimming.isDisposed();
    }

    private static Mono<Long> notNow(Throwable problem) {
        log.warn("Old events can't be removed at the moment: {}", problem.toString());
        return Mono.empty();
    }
}
