package koine.message;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import koine.log.Background;
import koine.log.Chore;
import koine.log.Event;
import koine.log.LogListener;
import koine.log.LogTail;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Keeps the index of words: follows the log by position, a second behind it, so that nobody waits for the index
/// when a message is stored.
@Component
class SearchIndex implements LogListener, Background {

    /// A step of 2,000 takes some 40 ms of a processor, and who sends meanwhile feels it.
    private static final int POSITIONS = 250;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration REST = Duration.ofMinutes(1);

    private final SearchStore store;
    private final Chore chore;
    private final AtomicLong behind = new AtomicLong();

    SearchIndex(SearchStore store, LogTail feed, MeterRegistry meters) {
        this.store = store;
        this.chore = new Chore("Writing the index of words", PAUSE, REST, this::index);
        Gauge.builder("koine.search.behind", behind, AtomicLong::get)
                .description("Positions of the log that were not in the index of words when it was last written here")
                .register(meters);
        feed.follow(this);
    }

    @Override
    public void onEvents(List<Event> events) {
        chore.call();
    }

    @Override
    public List<Chore> chores() {
        return List.of(chore);
    }

    private Mono<Boolean> index() {
        return store.index(POSITIONS)
                .doOnNext(behind::set)
                .map(left -> left > 0)
                .defaultIfEmpty(false);
    }
}
