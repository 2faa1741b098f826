package koine.chat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import koine.chat.ListingStore.Progress;
import koine.chat.ListingStore.Slice;
import koine.log.Background;
import koine.log.Chore;
import koine.log.Event;
import koine.log.Event.MessageSent;
import koine.log.LogListener;
import koine.log.LogTail;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Keeps the order in which accounts list their chats: follows the log by position, a second behind it, so that
/// storing a message writes nothing for its readers. Chats with many members follow ten seconds behind. What it has
/// not come to yet, the list looks up itself.
@Component
class Listing implements LogListener, Background {

    /// As many rows as positions: a stretch whose messages are each in another chat of two is done in two parts, and
    /// what was counted of it for nothing is no more than that.
    private static final Slice SLICE = new Slice(8_000, 50, 8_000, Duration.ofSeconds(10));
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration REST = Duration.ofSeconds(10);

    private final ListingStore store;
    private final Chore chore;
    private final Chore chats;
    private final AtomicLong behind = new AtomicLong();

    Listing(ListingStore store, LogTail feed, MeterRegistry meters) {
        this.store = store;
        this.chore = new Chore("Ordering chats", PAUSE, REST, this::spread);
        this.chats = new Chore("Ordering chats with many members", PAUSE, PAUSE, this::spreadBusy);
        Gauge.builder("koine.listing.behind", behind, AtomicLong::get)
                .description(
                        "Positions of the log by which the order of chats was behind when it was last written here")
                .register(meters);
        feed.follow(this);
    }

    @Override
    public void onEvents(List<Event> events) {
        if (events.stream().anyMatch(MessageSent.class::isInstance)) {
            chore.call();
        }
    }

    @Override
    public List<Chore> chores() {
        return List.of(chore, chats);
    }

    private Mono<Boolean> spread() {
        return store.spread(SLICE).map(this::isThereMore).defaultIfEmpty(false);
    }

    private boolean isThereMore(Progress progress) {
        behind.set(progress.behind());
        if (!progress.done()) {
            chore.call();
        }
        return progress.done() && progress.behind() > 0;
    }

    private Mono<Boolean> spreadBusy() {
        return store.spreadBusy(SLICE.rows()).defaultIfEmpty(false);
    }
}
