package koine.log;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import koine.kernel.AccountId;
import org.springframework.context.ApplicationContext;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// The service's log, whose pages for readers come when the test lets them: read at once, handed over late.
public final class HeldLog extends Log {

    private final AtomicInteger reads = new AtomicInteger();
    private volatile Sinks.Empty<Void> gate = Sinks.empty();
    private volatile boolean failing;

    private HeldLog(ApplicationContext service) {
        super(
                service.getBean(LogStore.class),
                service.getBean(LogTail.class),
                service.getBean(ClusterBus.class),
                service.getBean(TransactionalOperator.class),
                List.of());
    }

    /// Holds pages from the start.
    public static HeldLog of(ApplicationContext service) {
        return new HeldLog(service);
    }

    /// Hands over what was held and, from now on, every page at once.
    public void release() {
        gate.tryEmitEmpty();
    }

    /// Goes on holding what is read from now on, apart from what is held already; gives what hands over the
    /// latter.
    public Runnable holdTheNext() {
        var before = gate;
        gate = Sinks.empty();
        return before::tryEmitEmpty;
    }

    /// Has every page fail that is handed over from now on.
    public void fail(boolean failing) {
        this.failing = failing;
    }

    /// How many pages have been read, whether handed over or not.
    public int reads() {
        return reads.get();
    }

    @Override
    public Mono<LogPage> readFirstFor(AccountId reader, long after, int limit) {
        return readFor(reader, after, limit);
    }

    @Override
    public Mono<LogPage> readFor(AccountId reader, long after, int limit) {
        var gateOfThis = gate;
        return super.readFor(reader, after, limit)
                .doOnNext(_ -> reads.incrementAndGet())
                .delayUntil(_ -> gateOfThis.asMono())
                .flatMap(page -> failing ? Mono.error(new IllegalStateException("away")) : Mono.just(page));
    }
}
