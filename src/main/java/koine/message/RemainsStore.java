package koine.message;

import java.util.Objects;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

/// What is left of chats that were deleted.
@Repository
class RemainsStore {

    /// One chat at a time, and none that another server is at. Its note goes when a slice was not full.
    // deleted_chat_pkey, message_chat_id, message_pkey
    private static final String REMOVE = """
            with gone as (
                select chat_id
                from deleted_chat
                order by chat_id
                limit 1
                for update skip locked
            ), slice as (
                select m.id
                from gone
                cross join lateral (
                    select id
                    from message
                    where message.chat_id = gone.chat_id
                    order by id
                    limit $1
                ) m
            ), removed as (
                delete from message
                using slice
                where message.id = slice.id
            ), done as (
                delete from deleted_chat
                using gone
                where deleted_chat.chat_id = gone.chat_id
                and (select count(*) from slice) < $1
            )
            select exists (select from gone) as more
            """;

    private final DatabaseClient database;

    RemainsStore(DatabaseClient database) {
        this.database = database;
    }

    /// Removes up to so many messages; gives whether there may be more.
    Mono<Boolean> remove(int messages) {
        return database.sql(REMOVE)
                .bind("$1", messages)
                .map(row -> Objects.requireNonNull(row.get("more", Boolean.class)))
                .one();
    }
}
