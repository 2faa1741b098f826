package koine.notification;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import koine.kernel.AccountId;
import koine.kernel.NotificationType;
import koine.log.Event;
import koine.log.GroupWriter;
import koine.log.LogPage;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// What accounts were notified of. Notifications come about by the events they are about, and stay when those
/// have been removed from the log.
@Service
public class Notifications {

    private static final int MAX_WAITING = 10_000;
    private static final int MAX_GROUP = 500;

    private final NotificationStore store;
    private final RegardStore regards;
    private final GroupWriter<Delivered> delivered;

    Notifications(NotificationStore store, RegardStore regards) {
        this.store = store;
        this.regards = regards;
        this.delivered = new GroupWriter<>(MAX_WAITING, MAX_GROUP, this::markDelivered);
    }

    private record Delivered(AccountId account, long id) {}

    /// The newest of an account's notifications before the one with this id, the newest first.
    public Flux<Notification> before(AccountId me, long id, int limit) {
        return store.before(me, id, limit);
    }

    /// Marks an account's notifications up to this id as read. The mark only moves forward, and not past the
    /// newest there is.
    public Mono<Void> markRead(AccountId me, long upTo) {
        return store.markRead(me, upTo);
    }

    /// What waits for an account: those of its notifications of these types that it was neither sent nor has marked
    /// as read, and whose ids are in this range, the oldest first; for protocols whose clients can't ask for what
    /// they missed.
    ///
    /// @param after exclusive
    /// @param upTo  inclusive
    public Mono<LogPage> undelivered(AccountId me, Set<NotificationType> types, long after, long upTo, int limit) {
        return store.undelivered(me, types, after, upTo, limit)
                .<Event>map(waiting -> waiting.toldTo(me))
                .collectList()
                .map(found -> page(found, upTo, limit));
    }

    /// Notes that an account was sent its notifications up to this id, without an answer: if it can't be noted now,
    /// they wait still.
    public void noteDelivered(AccountId me, long upTo) {
        delivered.offer(new Delivered(me, upTo));
    }

    private Mono<Void> markDelivered(List<Delivered> group) {
        return store.markDelivered(
                group.stream().collect(Collectors.toMap(Delivered::account, Delivered::id, Math::max)));
    }

    private static LogPage page(List<Event> found, long upTo, int limit) {
        var full = found.size() == limit;
        return new LogPage(found, full ? found.getLast().position() : upTo, full, 0);
    }

    /// Forgets what an account was notified of, what it has said of others, and they of it. To be called within
    /// the change that erases it.
    public Mono<Void> forget(AccountId account) {
        return store.forget(account).then(regards.forget(account));
    }
}
