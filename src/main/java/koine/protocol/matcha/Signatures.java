package koine.protocol.matcha;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import koine.chat.Chats;
import koine.delivery.Frame;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.protocol.Remembered;
import koine.protocol.ShownNames;
import koine.protocol.matcha.socketio.EncodedEvent;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Finishes the frames of messages: by what their author is called, and by whom a private chat is with. A frame
/// that goes to many is finished once.
@Component
class Signatures {

    private static final int FRAMES = 1_000;
    private static final int PARTNERS = 10_000;

    /// An account may be erased, and its name with it.
    private static final Duration FRAMES_FOR = Duration.ofMinutes(1);

    /// Two who have a private chat have it for ever, and no group becomes one.
    private static final Duration PARTNERS_FOR = Duration.ofDays(1);

    private final MatchaCodec codec = new MatchaCodec();
    private final ShownNames names;
    private final Chats chats;
    private final Remembered<Frame, EncodedEvent> finished;
    private final Remembered<Place, Optional<Long>> partners;

    Signatures(ShownNames names, Chats chats, Clock clock) {
        this.names = names;
        this.chats = chats;
        this.finished = new Remembered<>(FRAMES, FRAMES_FOR, clock, this::finish);
        this.partners = new Remembered<>(PARTNERS, PARTNERS_FOR, clock, this::lookUpPartner);
    }

    private record Place(AccountId account, ChatId chat) {}

    /// The event that the frame tells of.
    Mono<EncodedEvent> event(Frame frame) {
        return frame.shown().isPresent() ? finished.get(frame) : Mono.just(EncodedEvent.of(frame.bytes()));
    }

    private Mono<EncodedEvent> finish(Frame frame) {
        return Mono.fromCallable(() -> codec.readUnsigned(frame.bytes())).flatMap(this::sign);
    }

    private Mono<EncodedEvent> sign(Outgoing.Unsigned message) {
        var author = new AccountId(message.author());
        return names.of(author)
                .defaultIfEmpty("")
                .zipWith(
                        partners.get(new Place(author, new ChatId(message.chatId()))),
                        (login, partner) -> message.signed(login, partner.orElse(null)))
                .map(signed -> EncodedEvent.of(codec.writeEvent("receive_message", signed)));
    }

    private Mono<Optional<Long>> lookUpPartner(Place place) {
        return chats.partners(place.account(), List.of(place.chat()))
                .map(found -> Optional.ofNullable(found.get(place.chat()))
                        .map(partner -> partner.id().value()));
    }
}
