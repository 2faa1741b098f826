package koine.message;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import koine.message.Outcome.Blocked;
import koine.message.Outcome.ChatClosed;
import koine.message.Outcome.KeyReused;
import koine.message.Outcome.NoMedia;
import koine.message.Outcome.NoMember;
import koine.message.Outcome.NoneToAnswer;
import koine.message.Outcome.Stored;
import koine.message.Outcome.StoredBefore;
import org.springframework.context.annotation.Primary;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Counts and times what another writer does. All of it once for each batch, so that a message costs nothing.
@Primary
@Component
class MeasuredBatchWriter implements BatchWriter {

    private static final double[] SIZES = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
    private static final Duration[] TIMES = Arrays.stream(new long[] {1, 2, 5, 10, 20, 50, 100, 250, 1_000, 5_000})
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final BatchWriter writer;
    private final DistributionSummary sizes;
    private final Timer commits;
    private final Map<Result, Counter> sends;

    MeasuredBatchWriter(PostgresBatchWriter writer, MeterRegistry meters) {
        this.writer = writer;
        this.sizes = DistributionSummary.builder("koine.message.batch.size")
                .description("Messages in one commit")
                .serviceLevelObjectives(SIZES)
                .register(meters);
        this.commits = Timer.builder("koine.message.commit")
                .description("How long a commit of messages takes, from the statement to Postgres's answer")
                .serviceLevelObjectives(TIMES)
                .register(meters);
        this.sends = Arrays.stream(Result.values())
                .collect(Collectors.toMap(
                        result -> result,
                        result -> counter(result, meters),
                        (one, _) -> one,
                        () -> new EnumMap<>(Result.class)));
    }

    /// What became of a message, as far as an operator wants to know.
    private enum Result {
        STORED,
        /// It had been stored before, under the same key.
        REPEATED,
        /// It broke a rule: its author may not write there, for instance.
        REFUSED,
        /// It is not known whether it is stored. If Postgres refused a message for its contents, those beside it
        /// are tried again, and counted again.
        FAILED
    }

    @Override
    public Mono<List<Outcome>> write(List<Draft> batch) {
        return Mono.defer(() -> {
            var start = System.nanoTime();
            sizes.record(batch.size());
            return writer.write(batch)
                    .doOnNext(outcomes -> committed(outcomes, Duration.ofNanos(System.nanoTime() - start)))
                    .doOnError(_ -> count(Result.FAILED, batch.size()));
        });
    }

    private static Counter counter(Result result, MeterRegistry meters) {
        return Counter.builder("koine.message.sends")
                .description("Messages by what became of them")
                .tag("result", result.name().toLowerCase(Locale.ROOT))
                .register(meters);
    }

    private void committed(List<Outcome> outcomes, Duration took) {
        commits.record(took);
        outcomes.stream()
                .collect(Collectors.groupingBy(MeasuredBatchWriter::result, Collectors.summingInt(_ -> 1)))
                .forEach(this::count);
    }

    private void count(Result result, int count) {
        Objects.requireNonNull(sends.get(result)).increment(count);
    }

    private static Result result(Outcome outcome) {
        return switch (outcome) {
            case Stored _ -> Result.STORED;
            case StoredBefore _ -> Result.REPEATED;
            case NoMember _, ChatClosed _, NoMedia _, NoneToAnswer _, KeyReused _, Blocked _ -> Result.REFUSED;
        };
    }
}
