package koine.protocol.uchat;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.log.Log;
import koine.log.Message;
import koine.message.HistoryPage;
import koine.message.LastRead;
import koine.message.Messages;
import koine.message.Receipts;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Tells clients what was said in a room, at the pace at which they take it: one page is in memory at a time, however
/// many messages there are.
@Component
class UchatHistory {

    private static final int PAGE = 100;
    private static final LastRead NOTHING = new LastRead(0, 0);

    private final Messages messages;
    private final Receipts receipts;
    private final Log log;

    UchatHistory(Messages messages, Receipts receipts, Log log) {
        this.messages = messages;
        this.receipts = receipts;
        this.log = log;
    }

    /// @param from what has been told already, or need not be
    /// @param upTo where the log ended at the beginning: what is said later is told as it happens
    private record Walk(AccountId me, ChatId room, LastRead from, long upTo, Function<Outgoing, Mono<Void>> send) {}

    /// Tells the messages, the oldest first, and then that these were all. With each page that the client has taken
    /// the read mark moves.
    ///
    /// Errors: `CHAT_DOES_NOT_EXIST` also for one who is no member, or no longer.
    ///
    /// @param send completes when the client has taken what it was given
    Mono<Void> tell(AccountId me, ChatId room, Command.Which which, Function<Outgoing, Mono<Void>> send) {
        return log.head()
                .zipWith(from(me, room, which), (head, from) -> new Walk(me, room, from, head.position(), send))
                .flatMapMany(walk -> page(walk, walk.from().after()).expand(after -> page(walk, after)))
                .then(Mono.defer(() -> send.apply(new Outgoing.ReadToTheEnd(room.value()))));
    }

    private Mono<LastRead> from(AccountId me, ChatId room, Command.Which which) {
        return switch (which) {
            case ALL -> Mono.just(NOTHING);
            case UNREAD -> receipts.lastRead(me, room);
        };
    }

    /// Tells the messages of a page, and gives after which one the next page comes; empty if there is none.
    private Mono<Long> page(Walk walk, long after) {
        return messages.after(walk.me(), walk.room(), after, PAGE)
                .flatMap(page -> tell(walk, page).then(Mono.justOrEmpty(next(walk, page))));
    }

    private Mono<Void> tell(Walk walk, HistoryPage page) {
        var wanted = page.messages().stream()
                .filter(message ->
                        message.seq() > walk.from().seq() && message.id().value() <= walk.upTo())
                .toList();
        return Flux.fromIterable(wanted)
                .concatMap(message -> walk.send().apply(shown(message, page)))
                .then(Mono.defer(() -> noteRead(walk, wanted)));
    }

    private Mono<Void> noteRead(Walk walk, List<Message> told) {
        return told.isEmpty()
                ? Mono.empty()
                : receipts.read(walk.me(), walk.room(), told.getLast().seq());
    }

    private static Outgoing shown(Message message, HistoryPage page) {
        return UchatFrames.read(message, Objects.requireNonNull(page.authors().get(message.author())));
    }

    private static Optional<Long> next(Walk walk, HistoryPage page) {
        return page.messages().size() < PAGE
                ? Optional.empty()
                : Optional.of(page.messages().getLast().id().value()).filter(last -> last < walk.upTo());
    }
}
