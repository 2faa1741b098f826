package koine.auth;

import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import koine.kernel.AccountId;
import koine.kernel.SessionId;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

/// The tables of sessions and of the tickets made from them.
@Repository
class SessionStore {

    private static final String INSERT = """
            insert into session (account_id, device)
            values ($1, $2)
            returning id
            """;

    private static final String INSERT_TICKET = """
            insert into socket_ticket (hash, account_id, session_id, expires_at)
            values ($1, $2, $3, $4)
            """;

    // socket_ticket_pkey
    private static final String USE_TICKET = """
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

    SessionStore(DatabaseClient database) {
        this.database = database;
    }

    record StoredTicket(SignedIn who, Instant expiresAt) {}

    Mono<SessionId> insert(AccountId account, @Nullable String device) {
        return database.sql(INSERT)
                .bind("$1", account.value())
                .bind("$2", Parameters.in(R2dbcType.VARCHAR, device))
                .map(row -> new SessionId(Objects.requireNonNull(row.get("id", Long.class))))
                .one();
    }

    Mono<Void> insertTicket(byte[] hash, SignedIn who, Instant expiresAt) {
        return database.sql(INSERT_TICKET)
                .bind("$1", ByteBuffer.wrap(hash))
                .bind("$2", who.account().value())
                .bind("$3", who.session().value())
                .bind("$4", at(expiresAt))
                .then();
    }

    /// Takes the ticket away; empty if there is none, and so for everybody but the first to ask.
    Mono<StoredTicket> takeTicket(byte[] hash) {
        return database.sql(USE_TICKET)
                .bind("$1", ByteBuffer.wrap(hash))
                .map(row -> new StoredTicket(
                        new SignedIn(
                                new AccountId(Objects.requireNonNull(row.get("account_id", Long.class))),
                                new SessionId(Objects.requireNonNull(row.get("session_id", Long.class)))),
                        Objects.requireNonNull(row.get("expires_at", OffsetDateTime.class))
                                .toInstant()))
                .one();
    }

    Mono<Void> deleteTicketsBefore(Instant time) {
        return database.sql(DELETE_EXPIRED).bind("$1", at(time)).then();
    }

    private static OffsetDateTime at(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }
}
