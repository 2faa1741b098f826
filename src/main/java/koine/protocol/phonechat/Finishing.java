package koine.protocol.phonechat;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import koine.delivery.Frame;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.log.Event.MessageDeleted;
import koine.log.Message;
import koine.log.Signal.MessageReceived;
import koine.log.Signal.ReceiptMoved;
import koine.message.SentMessages;
import koine.protocol.PlainText;
import koine.protocol.Remembered;
import koine.protocol.Unfinished;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Finishes frames for their reader: with numbers, keys and names, and with the timestamps of the messages that
/// they are about. What was looked up serves all readers of a moment.
@Component
class Finishing {

    private static final int MOST = 10_000;
    private static final Duration MOMENT = Duration.ofSeconds(3);

    private final Directory directory;
    private final SentMessages messages;
    private final PhoneFrames frames;
    private final Clock clock;
    private final Remembered<ReceiptMoved, List<Message>> covered;

    Finishing(Directory directory, SentMessages messages, PhoneFrames frames, Clock clock) {
        this.directory = directory;
        this.messages = messages;
        this.frames = frames;
        this.clock = clock;
        this.covered = new Remembered<>(MOST, MOMENT, clock, this::lookUp);
    }

    /// The frames as they are to be written, in their order. While the database is away they wait.
    Flux<Frame> finish(AccountId reader, Flux<Frame> all) {
        return Unfinished.finish(
                all,
                frame -> frame.draft()
                        .map(draft -> Flux.defer(() -> finish(reader, (Draft) draft))
                                .map(outgoing -> frames.encode(outgoing, frame))));
    }

    private Flux<Outgoing> finish(AccountId reader, Draft draft) {
        return switch (draft) {
            case Draft.Said(var message) ->
                ends(message.chat(), message.author(), reader)
                        .<Outgoing>map(ends -> ends.told(PlainText.of(message), "new_msg", Stamps.of(message)))
                        .flux();
            case Draft.Deleted(var event) -> deleted(event, reader).flux();
            case Draft.Typing(var typing) ->
                ends(typing.chat(), typing.account(), reader)
                        .<Outgoing>map(ends -> new Outgoing.Typing(
                                ends.from(), ends.to(), Objects.requireNonNullElseGet(typing.saidAt(), this::now)))
                        .flux();
            case Draft.Received(var received) -> received(received).flux();
            case Draft.Moved(var moved) -> moved(moved, reader);
        };
    }

    /// Who has deleted their own message on a socket of this protocol was answered there.
    private Mono<Outgoing> deleted(MessageDeleted event, AccountId reader) {
        if (reader.equals(event.by()) && event.saidAt() != null) {
            return Mono.empty();
        }
        return messages.find(event.id())
                .flatMap(message -> ends(message.chat(), message.author(), reader)
                        .map(ends -> ends.told(
                                Stamps.of(message),
                                "delete_msg",
                                Objects.requireNonNullElseGet(event.saidAt(), () -> Stamps.iso(message.updatedAt())))));
    }

    private Mono<Outgoing> received(MessageReceived received) {
        return messages.find(received.message())
                .flatMap(message -> ends(received.chat(), received.account(), received.author())
                        .map(ends -> ends.told(
                                Stamps.of(message), received.read() ? "msg_read" : "msg_received", received.saidAt())));
    }

    private Flux<Outgoing> moved(ReceiptMoved moved, AccountId reader) {
        if (reader.equals(moved.account())) {
            return Flux.empty();
        }
        return covered.get(moved)
                .flatMapIterable(found -> found.stream()
                        .filter(message -> message.author().equals(reader))
                        .toList())
                .concatMap(message -> ends(moved.chat(), moved.account(), reader)
                        .map(ends -> ends.told(Stamps.of(message), command(moved, message), now())));
    }

    private Mono<List<Message>> lookUp(ReceiptMoved moved) {
        var before = Objects.requireNonNull(moved.before());
        var after = moved.readSeq() > before.readSeq()
                ? Math.min(before.readSeq(), before.deliveredSeq())
                : before.deliveredSeq();
        return messages.recent(moved.chat(), after, Math.max(moved.readSeq(), moved.deliveredSeq()))
                .collectList();
    }

    private static String command(ReceiptMoved moved, Message message) {
        var before = Objects.requireNonNull(moved.before());
        return message.seq() <= moved.readSeq() && message.seq() > before.readSeq() ? "msg_read" : "msg_received";
    }

    private record Ends(String from, String to) {

        Outgoing told(String message, String command, String at) {
            return new Outgoing.Told(message, command, from, to, at);
        }
    }

    /// Empty if the chat is gone.
    private Mono<Ends> ends(ChatId chat, AccountId from, AccountId to) {
        return Mono.zip(directory.chat(chat), directory.shownNumber(from), directory.shownNumber(to))
                .map(found -> new Ends(Peer.prefix(found.getT1()) + found.getT2(), found.getT3()));
    }

    private String now() {
        return Stamps.ours(clock.instant());
    }
}
