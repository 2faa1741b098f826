package koine.protocol.phonechat;

import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.log.Message;
import koine.message.Receipts;
import koine.message.SaidReceipts;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// What clients say of single messages: that they are safe on the device, or read. Of a dialogue it can be asked for
/// what was said last, which is noted first: the author, who is told of the receipt, may ask at once.
@Component
class Acknowledgements {

    private final Whereabouts whereabouts;
    private final Receipts receipts;
    private final SaidReceipts said;

    Acknowledgements(Whereabouts whereabouts, Receipts receipts, SaidReceipts said) {
        this.whereabouts = whereabouts;
        this.receipts = receipts;
        this.said = said;
    }

    /// Errors: `MESSAGE_DOES_NOT_EXIST` also for a message that is not to oneself.
    Mono<Void> received(Me me, Peer peer, Said frame) {
        return toMe(me, peer, frame)
                .flatMap(message -> noteReceived(me, peer, message, frame.at())
                        .then(Mono.defer(() -> receipts.received(me.account(), message, frame.at()))));
    }

    /// As [#received].
    Mono<Void> read(Me me, Peer peer, Said frame) {
        return toMe(me, peer, frame)
                .flatMap(message -> noteRead(me, peer, message, frame.at())
                        .then(Mono.defer(() -> receipts.read(me.account(), message, frame.at()))));
    }

    private Mono<Message> toMe(Me me, Peer peer, Said frame) {
        return whereabouts
                .toMe(me.account(), peer, frame)
                .switchIfEmpty(
                        Mono.error(() -> new Refused(ErrorCode.MESSAGE_DOES_NOT_EXIST, "couldn't find the message")));
    }

    private Mono<Void> noteReceived(Me me, Peer peer, Message message, String at) {
        return switch (peer) {
            case Peer.Person _ -> said.received(me.account(), message.chat(), at);
            case Peer.Group _, Peer.Room _ -> Mono.empty();
        };
    }

    private Mono<Void> noteRead(Me me, Peer peer, Message message, String at) {
        return switch (peer) {
            case Peer.Person _ -> said.read(me.account(), message.chat(), at);
            case Peer.Group _, Peer.Room _ -> Mono.empty();
        };
    }
}
