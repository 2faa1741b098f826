package koine.log;

import java.util.List;
import reactor.core.publisher.Mono;

/// Makes events follow from events: for what must be there exactly when a fact is. Of messages it is not told:
/// those are stored by a statement of their own.
public interface Consequences {

    /// Called inside the transaction that writes the events, while the log's clock is held: whatever is not
    /// concerned must be found without the database. Gives the events that follow, at the positions that were
    /// handed out for them, in order. An error undoes the whole change.
    Mono<List<Event>> of(List<Event> events, Positions positions);
}
