package koine.protocol.phonechat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import koine.chat.ChatName;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.ChatType;
import koine.kernel.MessageId;
import koine.log.Log;
import koine.log.Message;
import koine.message.Undelivered;
import koine.protocol.PlainText;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Reads what somebody has not received, in chunks. Nothing is received by that.
@Component
class Fetches {

    private static final int CHUNK = 10;

    private final Undelivered undelivered;
    private final Directory directory;
    private final Log log;

    Fetches(Undelivered undelivered, Directory directory, Log log) {
        this.undelivered = undelivered;
        this.directory = directory;
        this.log = log;
    }

    /// Of which chats a command wants to know; empty for one that is none of these.
    static Optional<ChatType> type(String command) {
        return switch (command) {
            case "fetch_msgs" -> Optional.of(ChatType.PRIVATE);
            case "fetch_grp_msgs" -> Optional.of(ChatType.GROUP);
            case "fetch_room_msgs" -> Optional.of(ChatType.ROOM);
            default -> Optional.empty();
        };
    }

    private record Wish(Me me, ChatType type, String command, long upTo) {}

    /// @param after up to where it has been read; null when that was the last chunk
    private record Chunk(Outgoing.Fetched frame, @Nullable Long after) {}

    /// Writes all that waits now, oldest first; each chunk is read when the one before has been taken.
    Mono<Void> fetch(Me me, ChatType type, String command, Function<Outgoing, Mono<Void>> write) {
        return log.head()
                .map(head -> new Wish(me, type, command, head.position()))
                .flatMapMany(wish -> chunk(wish, 0, write)
                        .expand(done -> done.after() == null ? Mono.empty() : chunk(wish, done.after(), write)))
                .then();
    }

    private Mono<Chunk> chunk(Wish wish, long after, Function<Outgoing, Mono<Void>> write) {
        return undelivered
                .messages(wish.me().account(), wish.type(), after, wish.upTo(), CHUNK + 1)
                .flatMap(found -> chunk(wish, found))
                .delayUntil(chunk -> write.apply(chunk.frame()));
    }

    private Mono<Chunk> chunk(Wish wish, List<Message> found) {
        var shown = found.subList(0, Math.min(CHUNK, found.size()));
        var more = found.size() > CHUNK;
        return shown(wish, shown)
                .map(messages -> new Outgoing.Fetched(wish.command(), more ? "False" : "True", messages))
                .map(frame ->
                        new Chunk(frame, more ? (Long) shown.getLast().id().value() : null));
    }

    private Mono<List<Outgoing.Missed>> shown(Wish wish, List<Message> messages) {
        return pending(wish, messages)
                .flatMap(pending -> Mono.zip(numbers(messages, pending), names(messages))
                        .map(known -> messages.stream()
                                .map(message -> shown(wish, message, pending, known.getT1(), known.getT2()))
                                .toList()));
    }

    private static Outgoing.Missed shown(
            Wish wish,
            Message message,
            Map<MessageId, List<AccountId>> pending,
            Function<AccountId, String> numbers,
            Map<ChatId, String> prefixes) {
        return new Outgoing.Missed(
                prefixes.getOrDefault(message.chat(), "") + numbers.apply(message.author()),
                wish.me().number(),
                PlainText.of(message),
                "new_msg",
                Stamps.of(message),
                wish.type() == ChatType.PRIVATE
                        ? null
                        : pending.getOrDefault(message.id(), List.of()).stream()
                                .map(numbers)
                                .toList());
    }

    private Mono<Map<MessageId, List<AccountId>>> pending(Wish wish, List<Message> messages) {
        return wish.type() == ChatType.PRIVATE
                ? Mono.just(Map.of())
                : undelivered.pending(
                        wish.me().account(), messages.stream().map(Message::id).toList());
    }

    private Mono<Function<AccountId, String>> numbers(List<Message> messages, Map<MessageId, List<AccountId>> pending) {
        return directory.byAccount(Stream.concat(
                        messages.stream().map(Message::author),
                        pending.values().stream().flatMap(List::stream))
                .toList());
    }

    private Mono<Map<ChatId, String>> names(List<Message> messages) {
        return Flux.fromIterable(messages)
                .map(Message::chat)
                .distinct()
                .concatMap(directory::chat)
                .collectMap(ChatName::id, Peer::prefix);
    }
}
