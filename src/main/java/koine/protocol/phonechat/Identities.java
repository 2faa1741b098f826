package koine.protocol.phonechat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.log.Message;
import koine.message.SentMessages;
import koine.message.Undelivered;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Finds messages by what clients know of them: who wrote them, where, and the timestamp under which they were
/// shown.
@Component
class Identities {

    private static final Duration MILLISECOND = Duration.ofMillis(1);

    private final SentMessages sent;
    private final Undelivered undelivered;

    Identities(SentMessages sent, Undelivered undelivered) {
        this.sent = sent;
        this.undelivered = undelivered;
    }

    /// A message that somebody else wrote; of several with one timestamp the first that one has not received.
    /// Empty if there is none.
    ///
    /// @param author null for whoever it was
    Mono<Message> toMe(AccountId me, ChatId chat, @Nullable AccountId author, String stamp) {
        return find(chat, author, stamp)
                .filter(message -> !message.author().equals(me))
                .collectList()
                .flatMap(found -> choose(me, found));
    }

    /// A message of one's own that was not deleted, and that somebody still waits for where messages go with
    /// that. Empty if there is none.
    Mono<Message> ofMine(AccountId me, ChatId chat, String stamp) {
        return find(chat, me, stamp)
                .filter(message -> message.deletedAt() == null)
                .next();
    }

    private Flux<Message> find(ChatId chat, @Nullable AccountId author, String stamp) {
        return byKey(chat, author, stamp).switchIfEmpty(Flux.defer(() -> byTime(chat, author, stamp)));
    }

    /// Spelled just like that, if there are any.
    private Flux<Message> byKey(ChatId chat, @Nullable AccountId author, String stamp) {
        return sent.withKeys(chat, author, Stamps.keys(chat, stamp))
                .collectList()
                .flatMapIterable(found -> {
                    var exact = found.stream()
                            .filter(message -> Stamps.of(message).equals(stamp))
                            .toList();
                    return exact.isEmpty() ? found : exact;
                });
    }

    private Flux<Message> byTime(ChatId chat, @Nullable AccountId author, String stamp) {
        return Mono.justOrEmpty(Stamps.time(stamp))
                .map(time -> time.truncatedTo(ChronoUnit.MILLIS))
                .flatMapMany(time -> sent.at(chat, author, time, MILLISECOND))
                .filter(message -> Stamps.given(message).isEmpty());
    }

    private Mono<Message> choose(AccountId me, List<Message> found) {
        return found.size() < 2
                ? Mono.justOrEmpty(found.stream().findFirst())
                : undelivered
                        .pending(me, found.stream().map(Message::id).toList())
                        .map(pending -> found.stream()
                                .filter(message -> pending.getOrDefault(message.id(), List.of())
                                        .contains(me))
                                .findFirst()
                                .orElse(found.getFirst()));
    }
}
