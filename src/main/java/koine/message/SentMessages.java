package koine.message;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.MessageId;
import koine.kernel.Text;
import koine.log.Message;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Messages by what their senders' clients know of them, for protocols that have no ids: by the key that came
/// with them, or by their time. Tombstones are among them. Who may see them is the caller's matter: it must
/// know that they are for a member of the chat.
@Service
public class SentMessages {

    /// No chat has more messages in the time that is looked at.
    private static final int MAX_AT_ONCE = 200;

    /// Marks are near the end of a chat; what is further back is not told of.
    private static final int NEWEST = 500;

    private final SentMessageStore store;
    private final MessageStore messages;

    SentMessages(SentMessageStore store, MessageStore messages) {
        this.store = store;
        this.messages = messages;
    }

    /// The message, or what is left of it; empty if that is nothing.
    public Mono<Message> find(MessageId id) {
        return messages.find(id);
    }

    /// Those of a chat that were sent with one of these keys, oldest first.
    ///
    /// @param author null for whichever member of the chat
    public Flux<Message> withKeys(ChatId chat, @Nullable AccountId author, List<String> keys) {
        var possible = keys.stream().filter(Text::isStorable).toList();
        return possible.isEmpty() ? Flux.empty() : store.withKeys(chat, author, possible);
    }

    /// Those of a chat that were stored within so long after a time, oldest first.
    ///
    /// @param author null for all
    public Flux<Message> at(ChatId chat, @Nullable AccountId author, Instant time, Duration within) {
        var end = time.plus(within);
        return store.from(chat, time, MAX_AT_ONCE)
                .filter(message -> !message.createdAt().isBefore(time)
                        && message.createdAt().isBefore(end))
                .filter(message -> author == null || message.author().equals(author));
    }

    /// Those of a chat's newest messages whose numbers are in this range, oldest first.
    ///
    /// @param after exclusive
    /// @param upTo  inclusive
    public Flux<Message> recent(ChatId chat, long after, long upTo) {
        return store.recent(chat, after, upTo, NEWEST);
    }
}
