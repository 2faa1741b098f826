package koine.limit;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;

/// Counts what is there at a time, and refuses what would be too much. Each server counts its own.
@Service
public class Caps {

    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    private final LimitProperties properties;
    private final Refusals refusals;
    private final Map<Owner, Integer> held = new ConcurrentHashMap<>();

    Caps(LimitProperties properties, Refusals refusals) {
        this.properties = properties;
        this.refusals = refusals;
    }

    private record Owner(Cap cap, Object who) {}

    /// A place that somebody has taken, until it is left.
    public final class Place {

        private final Owner owner;
        private final AtomicBoolean left = new AtomicBoolean();

        private Place(Owner owner) {
            this.owner = owner;
        }

        /// Makes room for the next one. Doing so again changes nothing.
        public void leave() {
            if (left.compareAndSet(false, true)) {
                held.computeIfPresent(owner, (_, count) -> count > 1 ? count - 1 : null);
            }
        }
    }

    /// Takes a place.
    ///
    /// @throws koine.kernel.Refused `TOO_MANY_REQUESTS`, naming the cap
    public Place take(Cap cap, Object who) {
        var owner = new Owner(cap, who);
        if (held.merge(owner, 1, Integer::sum) > most(cap)) {
            new Place(owner).leave();
            throw refusals.tooMany(cap.publicName(), A_MOMENT);
        }
        return new Place(owner);
    }

    /// Does the work with a place taken until it ends, in whatever way.
    ///
    /// Errors: `TOO_MANY_REQUESTS`, naming the cap; those of the work.
    public <T> Mono<T> holding(Cap cap, Object who, Mono<T> work) {
        return !properties.enabled() ? work : Mono.using(() -> take(cap, who), _ -> work, Place::leave);
    }

    private int most(Cap cap) {
        return properties.enabled() ? properties.caps().of(cap) : Integer.MAX_VALUE;
    }
}
