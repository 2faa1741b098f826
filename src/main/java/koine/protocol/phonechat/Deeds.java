package koine.protocol.phonechat;

import java.time.Clock;
import koine.chat.Chats;
import koine.delivery.TypingNotices;
import koine.kernel.ChatId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.kernel.Retention;
import koine.kernel.Text;
import koine.message.MessageLimits;
import koine.message.Messages;
import koine.message.SendMessage;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Has the core carry out what is asked for on a send socket.
@Component("phonechatDeeds")
class Deeds {

    private final Chats chats;
    private final Messages messages;
    private final MessageLimits limits;
    private final Acknowledgements acknowledgements;
    private final Whereabouts whereabouts;
    private final TypingNotices typing;
    private final Clock clock;

    Deeds(
            Chats chats,
            Messages messages,
            MessageLimits limits,
            Acknowledgements acknowledgements,
            Whereabouts whereabouts,
            TypingNotices typing,
            Clock clock) {
        this.chats = chats;
        this.messages = messages;
        this.limits = limits;
        this.acknowledgements = acknowledgements;
        this.whereabouts = whereabouts;
        this.typing = typing;
        this.clock = clock;
    }

    /// Gives the answer; empty where there is none. Errors are told by whoever asks.
    Mono<Outgoing> carryOut(Me me, Peer peer, Deed deed, Said said) {
        return switch (deed) {
            case SAY -> say(me, peer, said);
            case RECEIVED -> acknowledgements.received(me, peer, said).then(Mono.empty());
            case READ -> acknowledgements.read(me, peer, said).then(Mono.empty());
            case TYPING ->
                there(me, peer)
                        .flatMap(chat -> typing.say(me.account(), chat, said.at()))
                        .then(Mono.empty());
            case DELETE -> delete(me, peer, said);
        };
    }

    /// What can't be said opens no dialogue.
    private Mono<Outgoing> say(Me me, Peer peer, Said said) {
        return Mono.fromCallable(() -> Text.required("message", said.message(), 1, limits.maxLength()))
                .flatMap(_ -> opened(me, peer))
                .map(chat -> new SendMessage(me.account(), chat, said.message(), Stamps.key(chat, said.at())))
                .flatMap(messages::send)
                .onErrorMap(Deeds::isConflict, _ -> usedBefore())
                .map(_ -> new Outgoing.Told(
                        said.at(), "msg_sent", me.number(), peer.name(), Stamps.ours(clock.instant())));
    }

    private static boolean isConflict(Throwable problem) {
        return problem instanceof Refused refused && refused.code() == ErrorCode.CONFLICT;
    }

    private static Refused usedBefore() {
        return new Refused(ErrorCode.CONFLICT, "another message of yours has this sent_timestamp");
    }

    private Mono<ChatId> opened(Me me, Peer peer) {
        return switch (peer) {
            case Peer.Person person -> chats.privateChat(me.account(), person.account(), Retention.UNTIL_DELIVERED);
            case Peer.Group group -> Mono.just(group.chat());
            case Peer.Room room -> Mono.just(room.chat());
        };
    }

    private Mono<ChatId> there(Me me, Peer peer) {
        return whereabouts.chat(me.account(), peer).switchIfEmpty(notFound("there is no such dialogue"));
    }

    private Mono<Outgoing> delete(Me me, Peer peer, Said said) {
        return whereabouts
                .ofMine(me.account(), peer, said)
                .switchIfEmpty(notFound("couldn't find a message to delete"))
                .flatMap(message -> messages.delete(me.account(), message.id(), said.at())
                        .thenReturn(new Outgoing.Told(
                                Stamps.of(message), said.command(), me.number(), peer.name(), said.at())));
    }

    private static <T> Mono<T> notFound(String error) {
        return Mono.error(() -> new Refused(ErrorCode.MESSAGE_DOES_NOT_EXIST, error));
    }
}
