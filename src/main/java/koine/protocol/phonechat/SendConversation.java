package koine.protocol.phonechat;

import koine.delivery.LiveConnection;
import reactor.core.publisher.Mono;

/// On a send socket: what somebody has to say to one peer, and what became of that. Nothing else comes here.
final class SendConversation extends PhoneConversation {

    private final Peer peer;

    SendConversation(Me me, Peer peer, LiveConnection connection, Core core) {
        super(me, connection, core);
        this.peer = peer;
    }

    @Override
    Mono<Void> carryOut(Said said) {
        var deed = Deed.of(peer, said.command());
        if (deed.isEmpty()) {
            return Mono.error(new NotUnderstood(said.command(), "there is no such command on this socket"));
        }
        if (!me().is(said.from())) {
            return Mono.error(impersonation(said, "msg_from"));
        }
        if (!isMeant(deed.get(), said)) {
            return Mono.error(new NotUnderstood(said.command(), "this socket is for " + peer.name()));
        }
        return core().deeds().carryOut(me(), peer, deed.get(), said).flatMap(this::write);
    }

    @Override
    String other() {
        return peer.name();
    }

    /// In a group only what is said has to name it: other commands may name a member instead.
    private boolean isMeant(Deed deed, Said said) {
        return switch (peer) {
            case Peer.Person(var account, var name) ->
                said.to().equals(name) || said.to().equals(Directory.user(account));
            case Peer.Group group -> deed != Deed.SAY || said.to().equals(group.name());
            case Peer.Room room -> deed != Deed.SAY || said.to().equals(room.name());
        };
    }
}
