package koine.protocol.matcha;

import koine.delivery.Frame;
import koine.delivery.Missed;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.log.Log;
import koine.message.Receipts;
import koine.message.Undelivered;
import koine.notification.Notifications;
import koine.protocol.Backlog;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// What waits for somebody until it has been written to one of their sockets: messages, and notifications of the
/// types that the protocol has.
@Component
class Waiting {

    private final Undelivered undelivered;
    private final Notifications notifications;
    private final Receipts receipts;
    private final Log log;

    Waiting(Undelivered undelivered, Notifications notifications, Receipts receipts, Log log) {
        this.undelivered = undelivered;
        this.notifications = notifications;
        this.receipts = receipts;
        this.log = log;
    }

    /// Whether a client has a chat open.
    @FunctionalInterface
    interface Opened {

        boolean contains(ChatId chat);
    }

    /// All that waits now, the oldest first.
    Mono<Backlog> of(AccountId account) {
        return log.head().map(head -> new Backlog(before(account, head.position())));
    }

    /// Notes what has been written to a socket of the account: it waits no longer. A message has been read if the
    /// client has its chat open.
    void written(AccountId account, Frame frame, Opened open) {
        frame.shown().ifPresent(shown -> {
            if (open.contains(shown.chat())) {
                receipts.noteRead(account, shown.chat(), shown.seq());
            } else {
                receipts.noteDelivered(account, shown.chat(), shown.seq());
            }
        });
        MatchaFrames.notification(frame).ifPresent(id -> notifications.noteDelivered(account, id));
    }

    private Missed before(AccountId account, long upTo) {
        return (after, limit) -> undelivered
                .page(account, after, upTo, limit)
                .flatMap(messages -> notifications
                        .undelivered(account, MatchaFrames.KNOWN, after, upTo, limit)
                        .map(told -> messages.and(told, limit)));
    }
}
