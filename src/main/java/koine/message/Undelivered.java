package koine.message;

import java.util.List;
import koine.kernel.AccountId;
import koine.log.Event;
import koine.log.Event.MessageSent;
import koine.log.LogPage;
import koine.log.Message;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;

/// What waits for an account: the messages of others in its chats that its delivered marks have not
/// reached, for protocols whose clients can't ask for what they missed.
@Service
public class Undelivered {

    private final MessageStore store;

    Undelivered(MessageStore store) {
        this.store = store;
    }

    /// The messages that wait for the account and whose ids are in this range, the oldest first, each as
    /// it is now; deleted ones are left out.
    ///
    /// @param after exclusive
    /// @param upTo  inclusive
    public Mono<LogPage> page(AccountId account, long after, long upTo, int limit) {
        return store.undelivered(account, after, upTo, limit).collectList().map(found -> page(found, upTo, limit));
    }

    private static LogPage page(List<Message> found, long upTo, int limit) {
        var events = found.stream().<Event>map(MessageSent::new).toList();
        var full = found.size() == limit;
        return new LogPage(events, full ? found.getLast().id().value() : upTo, full, 0);
    }
}
