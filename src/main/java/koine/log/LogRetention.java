package koine.log;

import java.time.Clock;
import java.util.List;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Removes events that are older than the retention, now and then, and names of erased accounts that are still in
/// some. Several servers may do so at the same time.
@Component
class LogRetention implements Background {

    private final LogStore store;
    private final LogProperties properties;
    private final Clock clock;
    private final Chore chore;

    LogRetention(LogStore store, ErasedNames names, LogProperties properties, Clock clock) {
        this.store = store;
        this.properties = properties;
        this.clock = clock;
        this.chore = new Chore(
                "Removing old events and erased names",
                properties.trimInterval(),
                properties.trimInterval(),
                () -> names.erase().then(trim()).thenReturn(false));
    }

    /// Removes what is too old now; gives how many events that were.
    Mono<Long> trim() {
        return Mono.defer(() -> store.trim(clock.instant().minus(properties.retention())));
    }

    @Override
    public List<Chore> chores() {
        return List.of(chore);
    }
}
