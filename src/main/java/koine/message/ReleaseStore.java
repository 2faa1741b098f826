package koine.message;

import java.util.List;
import java.util.Objects;
import koine.kernel.ChatId;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Messages of chats that keep them until they are delivered.
@Repository
class ReleaseStore {

    /// What all members have received is what the smallest of their marks has passed. Numbers rise with ids and
    /// have no gaps, so from where the last round ended on it is that many messages. A message with a key leaves a
    /// tombstone, by which a repeated send is known. No row is waited for by one who holds another one but in the
    /// order of ids.
    // released_pkey, member_pkey, message_chat_id, message_pkey
    private static final String RELEASE = """
            with held as (
                select chat_id, message_id, seq
                from released
                where chat_id = any($1)
                for update skip locked
            ), received as (
                select h.*, (select min(delivered_seq) from member where member.chat_id = h.chat_id) - h.seq as count
                from held h
            ), slice as (
                select r.chat_id, m.id, m.seq, m.key
                from received r
                cross join lateral (
                    select id, seq, key
                    from message
                    where message.chat_id = r.chat_id and message.id > r.message_id
                    order by id
                    limit least($2, greatest(coalesce(r.count, 0), 0))
                ) m
            ), removed as (
                delete from message
                using slice
                where message.id = slice.id and slice.key is null
            ), emptied as (
                update message
                set contents = null, kind = null, media_id = null, media = null, reply_to = null, fingerprint = null,
                    deleted_at = clock_timestamp(), updated_at = clock_timestamp()
                from slice
                where message.id = slice.id and slice.key is not null and message.deleted_at is null
            ), noted as (
                update released
                set message_id = n.message_id, seq = n.seq
                from (select chat_id, max(id) as message_id, max(seq) as seq from slice group by chat_id) n
                where released.chat_id = n.chat_id
            )
            select count(*) as count from slice
            """;

    // released_pkey
    private static final String CHATS = """
            select chat_id
            from released
            where chat_id > $1
            order by chat_id
            limit $2
            """;

    private final DatabaseClient database;

    ReleaseStore(DatabaseClient database) {
        this.database = database;
    }

    /// Removes what all members have received, up to so many messages of each chat; gives how many it were.
    /// Chats that keep their messages are passed over, and those that another server is at.
    Mono<Long> release(List<ChatId> chats, int messages) {
        return database.sql(RELEASE)
                .bind("$1", chats.stream().map(ChatId::value).toArray(Long[]::new))
                .bind("$2", messages)
                .map(row -> Objects.requireNonNull(row.get("count", Long.class)))
                .one();
    }

    /// The chats that keep messages until they are delivered, in the order of their ids.
    Flux<ChatId> chatsAfter(long id, int limit) {
        return database.sql(CHATS)
                .bind("$1", id)
                .bind("$2", limit)
                .map(row -> new ChatId(Objects.requireNonNull(row.get("chat_id", Long.class))))
                .all();
    }
}
