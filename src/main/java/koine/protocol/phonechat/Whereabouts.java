package koine.protocol.phonechat;

import koine.chat.Chats;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.Refused;
import koine.log.Message;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Where the things are that are named on a send socket: its chat, for one who is in it, and the messages
/// there.
@Component
class Whereabouts {

    private final Chats chats;
    private final Directory directory;
    private final Identities identities;

    Whereabouts(Chats chats, Directory directory, Identities identities) {
        this.chats = chats;
        this.directory = directory;
        this.identities = identities;
    }

    /// The chat with the peer; empty if there is none, or one is not in it.
    Mono<ChatId> chat(AccountId me, Peer peer) {
        return switch (peer) {
            case Peer.Person person -> chats.findPrivate(me, person.account());
            case Peer.Group group -> ifIn(me, group.chat());
            case Peer.Room room -> ifIn(me, room.chat());
        };
    }

    /// The message of somebody else that a receipt is about. In a group `msg_to` is its author, or the group for
    /// whoever that is.
    Mono<Message> toMe(AccountId me, Peer peer, Said said) {
        return chat(me, peer).flatMap(chat -> switch (peer) {
            case Peer.Person person -> identities.toMe(me, chat, person.account(), said.message());
            case Peer.Group _, Peer.Room _ ->
                said.to().equals(peer.name())
                        ? identities.toMe(me, chat, null, said.message())
                        : directory
                                .find(said.to())
                                .flatMap(author -> identities.toMe(me, chat, author, said.message()));
        });
    }

    /// One's own message that is called by its timestamp.
    Mono<Message> ofMine(AccountId me, Peer peer, Said said) {
        return chat(me, peer).flatMap(chat -> identities.ofMine(me, chat, said.message()));
    }

    private Mono<ChatId> ifIn(AccountId me, ChatId chat) {
        return chats.roleOf(me, chat).map(_ -> chat).onErrorComplete(Refused.class);
    }
}
