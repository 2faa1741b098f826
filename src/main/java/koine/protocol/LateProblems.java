package koine.protocol;

import org.springframework.stereotype.Component;
import reactor.core.publisher.Hooks;

/// What goes wrong with a call whose client has gone meanwhile: there is nobody left to be told. It is treated as
/// everywhere: a refusal is nothing to be logged, a fault is. By itself Reactor logs both as errors, so that whoever
/// hangs up at the right moment fills the log.
@Component
class LateProblems {

    // once for the process, however many services run in it
    static {
        Hooks.onErrorDropped(problem -> {
            var _ = Refusals.of(problem);
        });
    }
}
