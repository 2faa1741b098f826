package koine.protocol.matcha;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import koine.account.Accounts;
import koine.chat.Chats;
import koine.delivery.Frame;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.protocol.matcha.socketio.EncodedEvent;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Finishes the frames of messages: by what their author is called, and by whom a private chat is with. A frame
/// that goes to many is finished once.
@Component
class Signatures {

    private static final int FRAMES = 1_000;
    private static final int LOOKED_UP = 10_000;

    /// An account may be erased, and its name with it.
    private static final Duration NAMES_FOR = Duration.ofMinutes(1);

    /// Two who have a private chat have it for ever, and no group becomes one.
    private static final Duration PARTNERS_FOR = Duration.ofDays(1);

    private final MatchaCodec codec = new MatchaCodec();
    private final Accounts accounts;
    private final Chats chats;
    private final Recent<Frame, Mono<EncodedEvent>> finished = new Recent<>(FRAMES, this::finish);
    private final Recent<AccountId, Mono<String>> names = new Recent<>(LOOKED_UP, this::lookUpName);
    private final Recent<Seat, Mono<Optional<Long>>> partners = new Recent<>(LOOKED_UP, this::lookUpPartner);

    Signatures(Accounts accounts, Chats chats) {
        this.accounts = accounts;
        this.chats = chats;
    }

    private record Seat(AccountId account, ChatId chat) {}

    /// The event that the frame tells of.
    Mono<EncodedEvent> event(Frame frame) {
        return frame.shown().isPresent() ? finished.get(frame) : Mono.just(EncodedEvent.of(frame.bytes()));
    }

    /// What an account is called, as it was a minute ago at most.
    Mono<String> name(AccountId account) {
        return names.get(account);
    }

    private Mono<EncodedEvent> finish(Frame frame) {
        return remembered(
                Mono.fromCallable(() -> codec.readUnsigned(frame.bytes())).flatMap(this::sign), NAMES_FOR);
    }

    private Mono<EncodedEvent> sign(Outgoing.Unsigned message) {
        var author = new AccountId(message.author());
        return name(author)
                .zipWith(
                        partners.get(new Seat(author, new ChatId(message.chatId()))),
                        (login, partner) -> message.signed(login, partner.orElse(null)))
                .map(signed -> EncodedEvent.of(codec.writeEvent("receive_message", signed)));
    }

    private Mono<String> lookUpName(AccountId account) {
        return remembered(
                accounts.shownNames(List.of(account)).map(found -> found.getOrDefault(account, "")), NAMES_FOR);
    }

    private Mono<Optional<Long>> lookUpPartner(Seat seat) {
        return remembered(
                chats.partners(seat.account(), List.of(seat.chat()))
                        .map(found -> Optional.ofNullable(found.get(seat.chat()))
                                .map(partner -> partner.id().value())),
                PARTNERS_FOR);
    }

    /// What could not be looked up is looked up again.
    private static <T> Mono<T> remembered(Mono<T> found, Duration time) {
        return found.cache(_ -> time, _ -> Duration.ZERO, () -> Duration.ZERO);
    }
}
