package koine.auth;

import io.r2dbc.spi.Readable;
import java.nio.ByteBuffer;
import java.time.Instant;
import koine.kernel.AccountId;
import koine.kernel.SessionId;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

/// The table of the tickets made from sessions.
@Repository
class TicketStore {

    private static final String INSERT = """
            insert into socket_ticket (hash, account_id, session_id, expires_at)
            values ($1, $2, $3, $4)
            """;

    // socket_ticket_pkey
    private static final String TAKE = """
            delete from socket_ticket
            where hash = $1
            returning account_id, session_id, expires_at
            """;

    // socket_ticket_expires_at
    private static final String DELETE_EXPIRED = """
            delete from socket_ticket
            where expires_at < $1
            """;

    private final DatabaseClient database;

    TicketStore(DatabaseClient database) {
        this.database = database;
    }

    record StoredTicket(SignedIn who, Instant expiresAt) {}

    Mono<Void> insert(byte[] hash, SignedIn who, Instant expiresAt) {
        return database.sql(INSERT)
                .bind("$1", ByteBuffer.wrap(hash))
                .bind("$2", who.account().value())
                .bind("$3", who.session().value())
                .bind("$4", Rows.at(expiresAt))
                .then();
    }

    /// Takes the ticket away; empty if there is none, and so for everybody but the first to ask.
    Mono<StoredTicket> take(byte[] hash) {
        return database.sql(TAKE)
                .bind("$1", ByteBuffer.wrap(hash))
                .map(TicketStore::stored)
                .one();
    }

    /// Deletes those that nobody used in time.
    Mono<Void> deleteExpired(Instant now) {
        return database.sql(DELETE_EXPIRED).bind("$1", Rows.at(now)).then();
    }

    private static StoredTicket stored(Readable row) {
        var who = new SignedIn(
                new AccountId(Rows.number(row, "account_id")), new SessionId(Rows.number(row, "session_id")));
        return new StoredTicket(who, Rows.time(row, "expires_at"));
    }
}
