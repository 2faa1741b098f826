package koine.message;

import java.time.Duration;
import java.util.List;
import koine.log.Background;
import koine.log.Chore;
import koine.log.Event;
import koine.log.Event.ChatDeleted;
import koine.log.Event.MemberLeft;
import koine.log.LogListener;
import koine.log.LogTail;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Removes the messages of deleted chats, which nobody can see any more: in slices, since they may be many, and
/// without the log's clock, so that nobody waits for it. What a server leaves undone another one does.
@Component
class Remains implements LogListener, Background {

    private static final int SLICE = 1_000;
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration REST = Duration.ofMinutes(1);

    private final RemainsStore store;
    private final Chore chore;

    Remains(RemainsStore store, LogTail feed) {
        this.store = store;
        this.chore = new Chore("Removing what deleted chats left", PAUSE, REST, this::remove);
        feed.follow(this);
    }

    @Override
    public void onEvents(List<Event> events) {
        if (events.stream().anyMatch(Remains::mayEndAChat)) {
            chore.call();
        }
    }

    @Override
    public void onNewEpoch() {
        chore.call();
    }

    @Override
    public List<Chore> chores() {
        return List.of(chore);
    }

    /// What must wait for the index of words, or for another server, is tried again after the pause.
    private Mono<Boolean> remove() {
        return store.remove(SLICE)
                .doOnNext(left -> {
                    if (left.waiting()) {
                        chore.call();
                    }
                })
                .map(RemainsStore.Left::more);
    }

    /// With a group's last member goes the group.
    private static boolean mayEndAChat(Event event) {
        return event instanceof ChatDeleted || event instanceof MemberLeft;
    }
}
