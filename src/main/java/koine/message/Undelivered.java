package koine.message;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import koine.kernel.AccountId;
import koine.kernel.ChatType;
import koine.kernel.MessageId;
import koine.log.Event;
import koine.log.Event.MessageSent;
import koine.log.LogPage;
import koine.log.Message;
import koine.message.MessageStore.Waiting;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;

/// What waits for an account: the messages of others in its chats that it has not received, for protocols whose
/// clients can't ask for what they missed. Where messages are kept the delivered mark tells which these are, but for
/// those that came early; where they are only kept until they are delivered, that is noted for each message.
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
        return store.undelivered(account, null, after, upTo, limit)
                .collectList()
                .map(found -> page(found, upTo, limit));
    }

    /// As [#page], of one type of chats: the messages themselves.
    public Mono<List<Message>> messages(AccountId account, ChatType type, long after, long upTo, int limit) {
        return store.undelivered(account, type, after, upTo, limit).collectList();
    }

    /// Who has not received these messages, by the message: members of its chat but the author, in the order in
    /// which they came. A message that all have received is left out, and so are those of chats one is not in.
    public Mono<Map<MessageId, List<AccountId>>> pending(AccountId me, List<MessageId> messages) {
        return store.pending(me, messages)
                .collect(Collectors.groupingBy(
                        Waiting::message, Collectors.mapping(Waiting::account, Collectors.toList())));
    }

    private static LogPage page(List<Message> found, long upTo, int limit) {
        var events = found.stream().<Event>map(MessageSent::new).toList();
        var full = found.size() == limit;
        return new LogPage(events, full ? found.getLast().id().value() : upTo, full, 0);
    }
}
