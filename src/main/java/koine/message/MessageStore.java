package koine.message;

import io.r2dbc.spi.Readable;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.MessageId;
import koine.log.Message;
import koine.log.MessageRow;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The table of messages, but for their storing.
@Repository
class MessageStore {

    // message_pkey, chat_pkey: what a deleted chat has left is not there
    private static final String FIND = """
            select *
            from message
            where id = $1
            and exists (select from chat where chat.id = message.chat_id)
            """;

    // message_chat_id
    private static final String AFTER = """
            select *
            from message
            where chat_id = $1 and id > $2 and deleted_at is null
            order by id
            limit $3
            """;

    // message_chat_id, backwards
    private static final String BEFORE = """
            select *
            from message
            where chat_id = $1 and id < $2 and deleted_at is null
            order by id desc
            limit $3
            """;

    // member_account_id, chat_pkey; message_chat_id backwards to the first that has not been delivered, and from there
    // forwards, once for each chat in which there is one
    private static final String UNDELIVERED = """
            with waiting as (
                select member.chat_id, member.delivered_seq, (
                    select id
                    from message
                    where chat_id = member.chat_id
                    order by id desc
                    offset chat.last_seq - member.delivered_seq - 1
                    limit 1
                ) as first_id
                from member
                join chat on chat.id = member.chat_id
                where member.account_id = $1 and chat.last_seq > member.delivered_seq
            )
            select m.*
            from waiting w
            cross join lateral (
                select *
                from message
                where chat_id = w.chat_id and id > $2 and id >= coalesce(w.first_id, 0) and id <= $3
                and seq > w.delivered_seq and author_id <> $1 and deleted_at is null
                order by id
                limit $4
            ) m
            order by m.id
            limit $4
            """;

    // message_pkey; the fingerprint stays that of the body that was sent
    private static final String EDIT = """
            update message
            set contents = $2, edited_at = now.at, updated_at = now.at
            from (select clock_timestamp() as at) now
            where id = $1 and deleted_at is null
            returning message.*
            """;

    // message_pkey, message_text_pkey
    private static final String DELETE = """
            with forgotten as (
                delete from message_text
                where message_id = $1
            )
            update message
            set contents = null, kind = null, media_id = null, media = null, reply_to = null, fingerprint = null,
                deleted_at = clock_timestamp(), updated_at = clock_timestamp()
            where id = $1 and deleted_at is null
            """;

    private final DatabaseClient database;

    MessageStore(DatabaseClient database) {
        this.database = database;
    }

    Mono<Message> find(MessageId id) {
        return database.sql(FIND)
                .bind("$1", id.value())
                .map(MessageStore::message)
                .one();
    }

    /// Ascending.
    Flux<Message> after(ChatId chat, long id, int limit) {
        return read(AFTER, chat, id, limit);
    }

    /// Descending.
    Flux<Message> before(ChatId chat, long id, int limit) {
        return read(BEFORE, chat, id, limit);
    }

    /// What others wrote in the chats of the account and its delivered marks have not reached, ascending.
    Flux<Message> undelivered(AccountId to, long after, long upTo, int limit) {
        return database.sql(UNDELIVERED)
                .bind("$1", to.value())
                .bind("$2", after)
                .bind("$3", upTo)
                .bind("$4", limit)
                .map(MessageStore::message)
                .all();
    }

    /// Gives the message as it is with the new contents; empty for a tombstone.
    Mono<Message> edit(MessageId id, String contents) {
        return database.sql(EDIT)
                .bind("$1", id.value())
                .bind("$2", contents)
                .map(MessageStore::message)
                .one();
    }

    /// Removes the contents, and all that belongs to them, and leaves a tombstone; false if that had been done before.
    Mono<Boolean> delete(MessageId id) {
        return database.sql(DELETE).bind("$1", id.value()).fetch().rowsUpdated().map(rows -> rows > 0);
    }

    private Flux<Message> read(String query, ChatId chat, long id, int limit) {
        return database.sql(query)
                .bind("$1", chat.value())
                .bind("$2", id)
                .bind("$3", limit)
                .map(MessageStore::message)
                .all();
    }

    private static Message message(Readable row) {
        return MessageRow.read(row, "id");
    }
}
