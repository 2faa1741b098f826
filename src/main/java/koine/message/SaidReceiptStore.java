package koine.message;

import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import java.util.Objects;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

/// When somebody last received and read in a private chat, as their own client put it.
@Repository
class SaidReceiptStore {

    // dialogue_receipt_pkey; nothing for a chat that is gone
    private static final String NOTE = """
            insert into dialogue_receipt as d (chat_id, account_id, received_at, read_at)
            select id, $2, $3, $4
            from chat
            where id = $1
            on conflict (chat_id, account_id) do update
            set received_at = excluded.received_at, read_at = coalesce(excluded.read_at, d.read_at)
            """;

    // dialogue_receipt_pkey
    private static final String FIND = """
            select received_at, read_at
            from dialogue_receipt
            where chat_id = $1 and account_id = $2
            """;

    private final DatabaseClient database;

    SaidReceiptStore(DatabaseClient database) {
        this.database = database;
    }

    Mono<Void> note(ChatId chat, AccountId account, String at, boolean read) {
        return database.sql(NOTE)
                .bind("$1", chat.value())
                .bind("$2", account.value())
                .bind("$3", at)
                .bind("$4", Parameters.in(R2dbcType.VARCHAR, read ? at : null))
                .then();
    }

    /// Empty for one who never said anything.
    Mono<SaidReceipts.Said> find(ChatId chat, AccountId account) {
        return database.sql(FIND)
                .bind("$1", chat.value())
                .bind("$2", account.value())
                .map(row -> new SaidReceipts.Said(
                        Objects.requireNonNull(row.get("received_at", String.class)), row.get("read_at", String.class)))
                .one();
    }
}
