package koine.message;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import koine.kernel.ChatId;
import koine.log.Chore;
import koine.log.Event;
import koine.log.Event.MemberLeft;
import koine.log.LogListener;
import koine.log.LogTail;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Removes what all members have received from the chats that keep messages only until then: soon after somebody's
/// mark has moved or a member has gone, in the background and without the log's clock. All such chats are looked
/// at when a server starts and now and then, for what a server that is gone did not come to.
@Component
class Releases implements LogListener, SmartLifecycle {

    private static final int CHATS = 200;
    private static final int MESSAGES = 500;
    private static final int MAX_WAITING = 10_000;
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final Duration REST = Duration.ofMinutes(10);

    private final ReleaseStore store;
    private final Set<ChatId> waiting = ConcurrentHashMap.newKeySet();
    private final Chore soon;
    private final Chore all;

    Releases(ReleaseStore store, LogTail feed) {
        this.store = store;
        this.soon = new Chore("Removing what was delivered", PAUSE, REST, this::releaseSome);
        this.all = new Chore("Looking for what was delivered", REST, REST, this::releaseAll);
        feed.follow(this);
    }

    /// Has the chat looked at soon. When too many wait, it is found later.
    void check(ChatId chat) {
        if (waiting.size() < MAX_WAITING) {
            waiting.add(chat);
            soon.call();
        }
    }

    @Override
    public void onEvents(List<Event> events) {
        events.stream()
                .filter(MemberLeft.class::isInstance)
                .map(event -> ((MemberLeft) event).chat())
                .forEach(this::check);
    }

    @Override
    public void start() {
        soon.start();
        all.start();
    }

    @Override
    public void stop() {
        soon.stop();
        all.stop();
    }

    @Override
    public boolean isRunning() {
        return soon.isRunning();
    }

    private Mono<Boolean> releaseSome() {
        return Mono.defer(() -> {
            var chats = waiting.stream().limit(CHATS).toList();
            chats.forEach(waiting::remove);
            return chats.isEmpty() ? Mono.just(false) : release(chats).thenReturn(true);
        });
    }

    private Mono<Boolean> releaseAll() {
        return page(0).expand(page ->
                        page.isEmpty() ? Mono.empty() : page(page.getLast().value()))
                .filter(page -> !page.isEmpty())
                .concatMap(this::release)
                .then(Mono.just(false));
    }

    private Mono<List<ChatId>> page(long after) {
        return store.chatsAfter(after, CHATS).collectList();
    }

    private Mono<Void> release(List<ChatId> chats) {
        return Flux.defer(() -> store.release(chats, MESSAGES))
                .repeat()
                .takeWhile(count -> count > 0)
                .then();
    }
}
