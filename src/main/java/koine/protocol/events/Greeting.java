package koine.protocol.events;

import koine.account.Accounts;
import koine.auth.SignedIn;
import koine.delivery.Deliveries;
import koine.log.Log;
import koine.message.MessageLimits;
import koine.protocol.SocketProperties;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// What a client is told first.
@Component
class Greeting {

    private final Accounts accounts;
    private final MessageLimits messages;
    private final Log log;
    private final Deliveries deliveries;
    private final SocketProperties properties;

    Greeting(Accounts accounts, MessageLimits messages, Log log, Deliveries deliveries, SocketProperties properties) {
        this.accounts = accounts;
        this.messages = messages;
        this.log = log;
        this.deliveries = deliveries;
        this.properties = properties;
    }

    /// Errors: `NOT_AUTHENTICATED` if the account is no longer there.
    Mono<Outgoing.Hello> hello(SignedIn who) {
        var limits = new Outgoing.Limits(properties.maxFrame().toBytes(), messages.maxLength());
        return Mono.zip(
                accounts.usernameOf(who.account()),
                log.head(),
                (username, head) -> new Outgoing.Hello(
                        Long.toString(who.session().value()),
                        new Outgoing.User(who.account().value(), username),
                        head.cursor().toString(),
                        deliveries.heartbeat().toSeconds(),
                        limits));
    }
}
