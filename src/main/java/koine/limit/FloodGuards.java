package koine.limit;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.local.SynchronizationStrategy;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Makes a guard for each socket, by what `koine.limits.frames` allows.
@Component
public class FloodGuards {

    private final boolean enabled;
    private final Bandwidth frames;
    private final Counter refused;

    FloodGuards(LimitProperties limits, MeterRegistry meters) {
        this.enabled = limits.enabled();
        this.frames = Bandwidth.builder()
                .capacity(limits.frames().burst())
                .refillGreedy(limits.frames().perSecond(), Duration.ofSeconds(1))
                .build();
        this.refused = Counter.builder("koine.limits.frames.refused")
                .description("Frames that were not taken because their client had sent too many")
                .register(meters);
    }

    /// A guard for a socket that has just been opened.
    public FloodGuard open() {
        return enabled ? new Budget(frames, refused) : () -> true;
    }

    /// Most sockets are silent most of the time, so the bucket is made for the first frame. A guard is used by one
    /// thread at a time: without synchronization a frame costs no allocation.
    private static final class Budget implements FloodGuard {

        private final Bandwidth frames;
        private final Counter refused;
        private @Nullable Bucket bucket;

        Budget(Bandwidth frames, Counter refused) {
            this.frames = frames;
            this.refused = refused;
        }

        @Override
        public boolean admits() {
            var budget = bucket;
            if (budget == null) {
                budget = Bucket.builder()
                        .withSynchronizationStrategy(SynchronizationStrategy.NONE)
                        .addLimit(frames)
                        .build();
                bucket = budget;
            }
            var admitted = budget.tryConsume(1);
            if (!admitted) {
                refused.increment();
            }
            return admitted;
        }
    }
}
