package koine.protocol.phonechat;

import koine.delivery.LiveConnection;
import reactor.core.publisher.Mono;

/// On the receive socket: everything that is addressed to somebody comes here, and what waits can be fetched.
final class ReceiveConversation extends PhoneConversation {

    ReceiveConversation(Me me, LiveConnection connection, Core core) {
        super(me, connection, core);
    }

    @Override
    Mono<Void> carryOut(Said said) {
        var type = Fetches.type(said.command());
        if (type.isEmpty()) {
            return Mono.error(new NotUnderstood(said.command(), "there is no such command on this socket"));
        }
        if (!me().is(said.to())) {
            return Mono.error(impersonation(said, "msg_to"));
        }
        return core().fetches().fetch(me(), type.get(), said.command(), this::write);
    }

    @Override
    String other() {
        return me().number();
    }
}
