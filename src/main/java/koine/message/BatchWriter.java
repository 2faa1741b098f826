package koine.message;

import java.util.List;
import reactor.core.publisher.Mono;

/// Stores batches of messages.
interface BatchWriter {

    /// Stores the batch in one commit and says what became of each draft, in the order given. A draft that is
    /// refused does not hinder the others.
    ///
    /// An error means that it is not known whether the batch was committed.
    Mono<List<Outcome>> write(List<Draft> batch);
}
