package koine.log;

import java.util.List;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;

/// Something that has chores, which are done while the service runs. A server that goes down waits for the parts
/// that were begun: a transaction that is cut off leaves an error in the log and nothing else, but who reads the log
/// can't know.
public interface Background extends SmartLifecycle {

    List<Chore> chores();

    @Override
    default void start() {
        chores().forEach(Chore::start);
    }

    @Override
    default void stop() {
        chores().forEach(Chore::stop);
    }

    @Override
    default void stop(Runnable callback) {
        stop();
        Flux.fromIterable(chores())
                .flatMap(Chore::ended)
                .doFinally(_ -> callback.run())
                .subscribe();
    }

    @Override
    default boolean isRunning() {
        return chores().stream().anyMatch(Chore::isRunning);
    }
}
