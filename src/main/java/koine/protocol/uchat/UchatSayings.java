package koine.protocol.uchat;

import koine.account.Accounts;
import koine.chat.Chats;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.ErrorCode;
import koine.kernel.MediaId;
import koine.kernel.MessageKind;
import koine.kernel.Refused;
import koine.log.Attachment;
import koine.log.Message;
import koine.log.Person;
import koine.media.MediaFiles;
import koine.media.UploadMedia;
import koine.message.MessageBody;
import koine.message.Messages;
import koine.message.SendMessage;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Opens rooms and says something in them.
@Component
class UchatSayings {

    private final UchatSelves selves;
    private final Accounts accounts;
    private final Chats chats;
    private final Messages messages;
    private final MediaFiles files;

    UchatSayings(UchatSelves selves, Accounts accounts, Chats chats, Messages messages, MediaFiles files) {
        this.selves = selves;
        this.accounts = accounts;
        this.chats = chats;
        this.messages = messages;
        this.files = files;
    }

    /// The private room with somebody, whether there is one yet or not.
    Mono<Outgoing> open(AccountId me, Command.CreateRoom create) {
        return selves.refuseUnless(me, create.username())
                .then(Mono.defer(() -> accounts.named(create.customer())))
                .switchIfEmpty(Mono.error(() -> new Refused(ErrorCode.USER_NOT_EXISTS, "there is no such user")))
                .flatMap(customer -> chats.privateChat(me, customer.id()).map(chat -> opened(chat, customer)));
    }

    Mono<Message> say(AccountId me, Command.SendMessage say) {
        return selves.refuseUnless(me, say.username())
                .then(Mono.defer(() -> body(me, say)))
                .flatMap(body -> messages.send(new SendMessage(me, say.room(), body, null)));
    }

    private static Outgoing opened(ChatId chat, Person customer) {
        return new Outgoing.RoomCreated(chat.value(), customer.username());
    }

    private Mono<MessageBody> body(AccountId me, Command.SendMessage say) {
        return switch (say.content()) {
            case Command.Content.Words(var text) -> Mono.just(MessageBody.text(text));
            case Command.Content.Uploaded(var kind, var id) -> Mono.just(file(kind, id));
            case Command.Content.Inline(var kind, var inline) ->
                store(me, say.room(), inline).map(file -> file(kind, file.id()));
        };
    }

    private static MessageBody file(MessageKind kind, MediaId id) {
        return new MessageBody(kind, null, id, null);
    }

    /// What can't be said is not stored.
    private Mono<Attachment> store(AccountId me, ChatId room, InlineFile inline) {
        return chats.speakerIn(me, room)
                .map(_ -> new UploadMedia(me, inline.fileName(), inline.contentType(), -1))
                .flatMap(order -> files.upload(order, inline.pieces()));
    }
}
