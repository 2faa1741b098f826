package koine.protocol;

import java.util.Optional;
import java.util.function.Function;
import koine.delivery.Frame;
import reactor.core.publisher.Flux;

/// Frames in which something stands that is looked up when their turn comes to be written: a name, a number.
public final class Unfinished {

    private Unfinished() {}

    /// The frames as they are to be written, in their order, one at a time and no more than are asked for but one.
    /// While the database is away they wait.
    ///
    /// @param finish gives those to write in the place of one; no publisher at all for one that is finished
    public static Flux<Frame> finish(Flux<Frame> frames, Function<Frame, Optional<Flux<Frame>>> finish) {
        return frames.concatMap(
                frame -> finish.apply(frame).map(Unfinished::patiently).orElseGet(() -> Flux.just(frame)), 1);
    }

    private static Flux<Frame> patiently(Flux<Frame> finished) {
        return finished.retryWhen(Patience.WHILE_THE_DATABASE_IS_AWAY);
    }
}
