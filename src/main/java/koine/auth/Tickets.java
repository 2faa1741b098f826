package koine.auth;

import java.security.SecureRandom;
import java.time.Clock;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;

/// One-use tickets for sockets. Only their hashes are kept, and any server on the database accepts them.
@Service
public class Tickets {

    private static final int BYTES = 24;

    private final TicketStore store;
    private final AuthProperties properties;
    private final Clock clock;
    private final SecureRandom random;

    Tickets(TicketStore store, AuthProperties properties, Clock clock, SecureRandom random) {
        this.store = store;
        this.properties = properties;
        this.clock = clock;
        this.random = random;
    }

    /// A ticket for the session; also clears away those that nobody used in time.
    public Mono<Ticket> issue(SignedIn who) {
        return Mono.defer(() -> {
            var value = Secrets.fresh(random, BYTES);
            var now = clock.instant();
            return store.deleteExpired(now)
                    .then(store.insert(Secrets.hash(value), who, now.plus(properties.ticketTtl())))
                    .thenReturn(new Ticket(value, properties.ticketTtl()));
        });
    }

    /// Whose ticket it is; afterwards it is spent.
    ///
    /// Errors: `NOT_AUTHENTICATED` for a ticket that is unknown, spent or too old.
    public Mono<SignedIn> redeem(String ticket) {
        return Mono.defer(() -> store.take(Secrets.hash(ticket)))
                .filter(stored -> stored.expiresAt().isAfter(clock.instant()))
                .map(TicketStore.StoredTicket::who)
                .switchIfEmpty(Mono.error(
                        () -> new Refused(ErrorCode.NOT_AUTHENTICATED, "the ticket is not valid, or no longer")));
    }
}
