package koine.notification;

import koine.kernel.AccountId;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// What accounts were notified of. Notifications come about by the events they are about, and stay when those
/// have been removed from the log.
@Service
public class Notifications {

    private final NotificationStore store;
    private final RegardStore regards;

    Notifications(NotificationStore store, RegardStore regards) {
        this.store = store;
        this.regards = regards;
    }

    /// The newest of an account's notifications before the one with this id, the newest first.
    public Flux<Notification> before(AccountId me, long id, int limit) {
        return store.before(me, id, limit);
    }

    /// Marks an account's notifications up to this id as read. The mark only moves forward, and not past the
    /// newest there is.
    public Mono<Void> markRead(AccountId me, long upTo) {
        return store.markRead(me, upTo);
    }

    /// Forgets what an account was notified of, what it has said of others, and they of it. To be called within
    /// the change that erases it.
    public Mono<Void> forget(AccountId account) {
        return store.forget(account).then(regards.forget(account));
    }
}
