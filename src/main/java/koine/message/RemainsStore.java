package koine.message;

import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

/// What is left of chats that were deleted.
@Repository
class RemainsStore {

    /// One chat at a time, and none that another server is at. Its note goes when a slice was not full. The index of
    /// words must have come past the deletion: else it might take in what it read before. The slice comes by an
    /// array: so Postgres expects few, and reads no whole table for them.
    // deleted_chat_pkey, message_chat_id, message_pkey, pending_pkey, message_text_pkey
    private static final String REMOVE = """
            with gone as (
                select chat_id
                from deleted_chat
                where position <= (select position from indexed)
                order by chat_id
                limit 1
                for update skip locked
            ), slice as (
                select gone.chat_id, m.id
                from gone
                cross join lateral unnest(array(
                    select id
                    from message
                    where (chat_id, id) >= (gone.chat_id, '-9223372036854775808')
                    and (chat_id, id) <= (gone.chat_id, 9223372036854775807)
                    order by chat_id, id
                    limit $1
                )) as m (id)
            ), removed as (
                delete from message
                using slice
                where message.id = slice.id
            ), released as (
                delete from pending
                using slice
                where pending.chat_id = slice.chat_id and pending.message_id = slice.id
            ), forgotten as (
                delete from message_text
                using slice
                where message_text.chat_id = slice.chat_id and message_text.message_id = slice.id
            ), done as (
                delete from deleted_chat
                using gone
                where deleted_chat.chat_id = gone.chat_id
                and (select count(*) from slice) < $1
            )
            select exists (select from gone) as more, exists (select from deleted_chat) as waiting
            """;

    private final DatabaseClient database;

    RemainsStore(DatabaseClient database) {
        this.database = database;
    }

    /// @param more    there may be more to remove at once
    /// @param waiting there is something, for now or later
    record Left(boolean more, boolean waiting) {}

    /// Removes up to so many messages; gives what is left.
    Mono<Left> remove(int messages) {
        return database.sql(REMOVE)
                .bind("$1", messages)
                .map(row -> new Left(
                        Boolean.TRUE.equals(row.get("more", Boolean.class)),
                        Boolean.TRUE.equals(row.get("waiting", Boolean.class))))
                .one();
    }
}
