package koine.chat;

import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Readable;
import koine.kernel.AccountId;
import koine.kernel.MessageId;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;

/// Chats by their titles and beginnings.
@Repository
class DialogStore {

    // as SummaryStore.PAGE; then chat_pkey, account_pkey and message_chat_id, past what was deleted, once for each chat
    private static final String LIST = SummaryStore.PAGE + """
            select c.id, coalesce(c.name, (
                select username
                from account
                where id = case when c.low_account_id = $1 then c.high_account_id else c.low_account_id end
            )) as title, (
                select id
                from message
                where (chat_id, id) >= (c.id, 0) and (chat_id, id) <= (c.id, 9223372036854775807) and deleted_at is null
                order by chat_id, id
                limit 1
            ) as first_message_id
            from page
            cross join lateral (
                select *
                from chat
                where id = page.chat_id
                limit 1
            ) c
            order by c.active_at desc, c.id desc
            """;

    private final DatabaseClient database;

    DialogStore(DatabaseClient database) {
        this.database = database;
    }

    /// The most recently active first.
    Flux<Dialog> list(AccountId member, int limit) {
        return database.sql(LIST)
                .bind("$1", member.value())
                .bind("$2", Parameters.in(R2dbcType.TIMESTAMP_WITH_TIME_ZONE, null))
                .bind("$3", limit)
                .map(DialogStore::dialog)
                .all();
    }

    private static Dialog dialog(Readable row) {
        var first = row.get("first_message_id", Long.class);
        return new Dialog(Rows.chat(row, "id"), Rows.text(row, "title"), first == null ? null : new MessageId(first));
    }
}
